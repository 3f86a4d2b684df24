using BenchmarkDotNet.Running;
using InfoMax.Benchmarks;

// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- --filter '*ScoreMatrix*'
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- steps [keep-pages]
if (args is ["ratios"])
{
    PairedRatios.Run();
    return;
}

if (args is ["steps", ..])
{
    StepSplit.Run(keepPages: args.Contains("keep-pages"));
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
