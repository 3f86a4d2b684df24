using System.Globalization;
using BenchmarkDotNet.Running;
using InfoMax.Benchmarks;

// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- --filter '*ScoreMatrix*'
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- ratios [keep-pages] [ESTIMATOR]
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- published [keep-pages]
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- tiles
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- memory
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- plan
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- steps [keep-pages] [bfloat16] [STEPS]
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- neighbors knn|retrieval cosine|L1|L2 UNITS QUERIES [GALLERY]
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- tsne ROWS ITERATIONS
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- feeding FOLDER [ROUNDS STEPS]
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- dependency [NATS]
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- cuda ratios|published|memory|steps|plan|feeding FOLDER|--filter
// '*ScoreMatrix*' the same on a GPU, built with -p:InfoMaxBackend=cuda
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- cuda precision
// dotnet run -c Release --project benchmarks/InfoMax.Benchmarks -- svm ROWS UNITS C,C,... [products] [descent] [probe]
if (args is ["cuda", .. string[] rest])
{
    Target.Device = TorchSharp.torch.CUDA;
    args = rest;
}

switch (args)
{
    case ["ratios", ..]:
        PairedRatios.Run(args.Contains("keep-pages"), args.Skip(1).FirstOrDefault(a => a != "keep-pages"));
        break;
    case ["published", ..]:
        PairedRatios.RunPublished(args.Contains("keep-pages"));
        break;
    case ["tiles", ..]:
        PairedRatios.RunTiles();
        break;
    case ["memory"]:
        MemoryPeaks.Run();
        break;
    case ["memory-one", string way, string n]:
        MemoryPeaks.One(way, long.Parse(n, CultureInfo.InvariantCulture));
        break;
    case ["plan", .. string[] allocator]:
        PlanRatios.Run(allocator.Contains("returned"));
        break;
    case ["plan-one", string allocator, string what, string side, string batch, string units, string locations, string parts]:
        PlanRatios.One(allocator == "returned", what, Number(side), Number(batch), Number(units), Number(locations), Number(parts));
        break;
    case ["heap", .. string[] counts]:
        HeapGrowth.Run(counts is [string most] ? Number(most) : 300);
        break;
    case ["heap-one", string loop, string count]:
        HeapGrowth.One(loop, Number(count));
        break;
    case ["steps", ..]:
        StepSplit.Run(args.Contains("keep-pages"), args.Contains("bfloat16"), args.Select(a =>
            int.TryParse(a, CultureInfo.InvariantCulture, out int steps) ? steps : 0).Max() is > 0 and int asked ? asked : 15);
        break;
    case ["neighbors", string what, string metric, string features, string queries, .. string[] gallery]:
        EvaluationSizes.Neighbors(what, metric, Number(features), Number(queries),
            gallery is [string galleryRows] ? Number(galleryRows) : 50_000);
        break;
    case ["tsne", string rows, string iterations]:
        EvaluationSizes.TSne(Number(rows), Number(iterations));
        break;
    case ["feeding", string folder, .. string[] sizes]:
        Feeding.Run(folder, sizes is [string rounds, _] ? Number(rounds) : 15, sizes is [_, string steps] ? Number(steps) : 10);
        break;
    case ["precision"]:
        Precision.Run();
        break;
    case ["dependency", .. string[] nats]:
        DependencyOfChains.Run(nats is [string truth] ? double.Parse(truth, CultureInfo.InvariantCulture) : null);
        break;
    case ["svm", string file, string values, .. string[] ways] when file.EndsWith(".safetensors", StringComparison.Ordinal):
        MachineTimes.Run(file, Numbers(values), ways);
        break;
    case ["svm", string rows, string units, string values, .. string[] ways]:
        MachineTimes.Run(Number(rows), Number(units), Numbers(values), ways);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}

static double[] Numbers(string text) =>
    [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(c => double.Parse(c, CultureInfo.InvariantCulture))];

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
