using System.Reflection;
using TorchSharp;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace InfoMax.Tests;

/// <summary>Seeds TorchSharp's global generator before each test method by the method's name.</summary>
/// <remarks>
/// Tests of one process share that generator. Without this, a test that draws from it would see other numbers whenever another test is
/// added,
/// removed or run in another order. So tests may run in any order, alone or together, and draw the same numbers.
/// </remarks>
public sealed class SeededTestFramework(IMessageSink sink) : XunitTestFramework(sink)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName name, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(name, source, diagnostics)
    {
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> cases, IMessageSink sink, ITestFrameworkExecutionOptions options)
        {
            using var runner = new AssemblyRunner(TestAssembly, cases, DiagnosticMessageSink, sink, options);
            await runner.RunAsync();
        }
    }

    private sealed class AssemblyRunner(
        ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageSink sink,
            ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, cases, diagnostics, sink, options)
    {
        protected override Task<RunSummary> RunTestCollectionAsync(
            IMessageBus bus, ITestCollection collection, IEnumerable<IXunitTestCase> cases, CancellationTokenSource cancellation) =>
            new CollectionRunner(
                collection, cases, DiagnosticMessageSink, bus, TestCaseOrderer, new ExceptionAggregator(Aggregator), cancellation)
                    .RunAsync();
    }

    private sealed class CollectionRunner(
        ITestCollection collection,
        IEnumerable<IXunitTestCase> cases,
        IMessageSink diagnostics,
        IMessageBus bus,
        ITestCaseOrderer orderer,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellation)
        : XunitTestCollectionRunner(collection, cases, diagnostics, bus, orderer, aggregator, cancellation)
    {
        protected override Task<RunSummary> RunTestClassAsync(
            ITestClass testClass, IReflectionTypeInfo type, IEnumerable<IXunitTestCase> cases) =>
            new ClassRunner(
                testClass,
                type,
                cases,
                DiagnosticMessageSink,
                MessageBus,
                TestCaseOrderer,
                new ExceptionAggregator(Aggregator),
                CancellationTokenSource,
                CollectionFixtureMappings).RunAsync();
    }

    private sealed class ClassRunner(
        ITestClass testClass,
        IReflectionTypeInfo type,
        IEnumerable<IXunitTestCase> cases,
        IMessageSink diagnostics,
        IMessageBus bus,
        ITestCaseOrderer orderer,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellation,
        IDictionary<Type, object> fixtures)
        : XunitTestClassRunner(testClass, type, cases, diagnostics, bus, orderer, aggregator, cancellation, fixtures)
    {
        protected override Task<RunSummary> RunTestMethodAsync(
            ITestMethod method, IReflectionMethodInfo info, IEnumerable<IXunitTestCase> cases, object[] arguments)
        {
            torch.manual_seed(Seed($"{method.TestClass.Class.Name}.{method.Method.Name}"));
            return base.RunTestMethodAsync(method, info, cases, arguments);
        }

        /// <summary>FNV-1a, since string hashes differ from process to process.</summary>
        private static long Seed(string name) => name.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u);
    }
}
