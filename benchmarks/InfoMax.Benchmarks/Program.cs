using BenchmarkDotNet.Running;

// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- --filter '*ScoreMatrix*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
