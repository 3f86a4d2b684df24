using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace InfoMax.Benchmarks;

/// <summary>
/// All variants in one process, so that they share one libtorch, one thread pool and one allocator; few iterations, since each takes
/// milliseconds to seconds.
/// </summary>
internal sealed class InProcess : ManualConfig
{
    public InProcess()
    {
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(6).WithIterationCount(9).WithInvocationCount(1)
            .WithUnrollFactor(1).WithId("InProcess"));
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(StatisticColumn.Median, BaselineRatioColumn.RatioMean);
        AddExporter(MarkdownExporter.GitHub);
        AddLogger(ConsoleLogger.Default);
        WithSummaryStyle(SummaryStyle.Default.WithTimeUnit(TimeUnit.Millisecond));
    }
}
