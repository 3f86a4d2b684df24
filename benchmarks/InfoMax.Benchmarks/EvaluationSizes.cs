using System.Diagnostics;
using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Evaluation.Probes;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>Time, and most resident memory above the features, of what grows with the number of rows. Each call in a process of its own.
/// Linux only.</summary>
internal static class EvaluationSizes
{
    private const int Classes = 10;

    /// <summary>k-NN, or retrieval with its mean average precision.</summary>
    public static void Neighbors(string what, string metric, int units, int queries, int gallery)
    {
        DistanceMetric distance = new[] { DistanceMetric.Cosine, DistanceMetric.L1, DistanceMetric.L2 }.Single(m => m.Name == metric);
        using FeatureSet searched = Features(gallery, units, 1), sought = Features(queries, units, 2);
        Measure($"{what}, {metric}, {gallery} rows of {units}, {queries} queries", () => what == "knn"
            ? new KnnProbe { Metric = distance }.Evaluate(searched, sought).ToString()
            : new Retrieval { Metric = distance }.Evaluate(searched, sought).ToString());
    }

    /// <summary>t-SNE, all of whose time but that of the affinities grows with the iterations.</summary>
    public static void TSne(int rows, int iterations)
    {
        using FeatureSet features = Features(rows, 64, 1);
        Measure($"t-SNE, {rows} rows of 64, {iterations} iterations", () =>
            string.Create(CultureInfo.InvariantCulture,
                $"divergence {new TSne { Iterations = iterations }.Fit(features).KullbackLeibler:F3}"));
    }

    private static void Measure(string name, Func<string?> run)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = MemoryPeaks.Status("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        long start = Stopwatch.GetTimestamp();
        string? outcome = run();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"{name}: {elapsed.TotalSeconds:F1} s, {(MemoryPeaks.Status("VmHWM") - before) / 1024} MiB above {before / 1024}; " +
                $"{outcome}"));
    }

    /// <summary>Gaussian classes whose centers lie near to each other.</summary>
    private static FeatureSet Features(int rows, int units, int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator own = new((ulong)seed, CPU), shared = new(5, CPU);
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Classes))];
        Tensor values = randn(rows, units, generator: own);
        values.add_(randn(Classes, units, generator: shared).index_select(0, tensor(labels, ScalarType.Int64)), 0.3);
        return FeatureSet.FromMatrix(values, labels, Classes);
    }
}
