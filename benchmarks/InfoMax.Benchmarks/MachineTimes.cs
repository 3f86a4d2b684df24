using System.Diagnostics;
using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Evaluation.Solvers;
using InfoMax.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>Support vector machines from the products of all pairs of rows, and by descent over the rows, on the same features in
/// turn.</summary>
internal static class MachineTimes
{
    private const int Classes = 10;
    private const int Latent = 48;

    /// <summary>Fits each value of C with each way; "probe" stands for the whole protocol with five repeats.</summary>
    public static void Run(int rows, int units, double[] values, string[] ways)
    {
        using FeatureSet train = Features(rows, units, 1), test = Features(1000, units, 2);
        Run(train, test, values, ways);
    }

    /// <summary>The same on features of a file with <c>train</c> and <c>test</c>, <c>[N, F]</c>, and their <c>train_labels</c> and
    /// <c>test_labels</c>, int64.</summary>
    public static void Run(string path, double[] values, string[] ways)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using FeatureSet train = Features(file, "train"), test = Features(file, "test");
        Run(train, test, values, ways);
    }

    private static void Run(FeatureSet train, FeatureSet test, double[] values, string[] ways)
    {
        (long rows, long units) = (train.Values.shape[0], train.Values.shape[1]);
        int[] labels = [.. train.Labels!];
        foreach (double c in values)
        {
            foreach (string way in ways.Where(w => w != "probe"))
            {
                TimeSpan cpu = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                using LinearDesign design = way == "products" ? LinearDesign.WithProducts(train.Values)
                    : LinearDesign.Of(train.Values, default);
                double prepared = Stopwatch.GetElapsedTime(start).TotalSeconds;
                using HingeSolver solver = way == "products" ? new HingeGram(design, labels, null, Classes, 1)
                    : new HingeDescent(design, labels, null, Classes, 1);
                using LinearFit fit = solver.Solve(c, null, precise: true, 1000, default);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rows} × {units}, C = {c}, {way}: {prepared:F1} s to prepare, " +
                        $"{Stopwatch.GetElapsedTime(start).TotalSeconds - prepared:F1} s to fit, " +
                        $"{(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F1} s of all cores, {fit.Iterations} iterations, " +
                        $"objective {fit.Objective:F6}{(fit.Converged ? "" : ", not converged")}"));
            }
        }

        if (ways.Contains("probe"))
        {
            ProbeResult result = new SvmProbe { Repeats = 5 }.Evaluate(train, test);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{rows} × {units}, whole probe: {result.Elapsed.TotalSeconds:F1} s; {result}"));
        }
    }

    private static FeatureSet Features(SafetensorsFile file, string part)
    {
        using Tensor values = file.Load(part), labels = file.Load($"{part}_labels");
        return FeatureSet.FromMatrix(values, [.. labels.data<long>().Select(label => (int)label)], Classes);
    }

    /// <summary>What a network's convolutions look like: rectified mixtures of fewer, overlapping causes, and some noise.</summary>
    private static FeatureSet Features(int rows, int units, int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator own = new((ulong)seed, CPU), shared = new(5, CPU);
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Classes))];
        Tensor causes = randn(rows, Latent, generator: own).add_(
            randn(Classes, Latent, generator: shared).index_select(0, tensor(labels, ScalarType.Int64)), 0.35);
        Tensor values = causes.matmul(randn(Latent, units, generator: shared)).div_(Math.Sqrt(Latent)).relu_().add_(
            randn(rows, units, generator: own), 0.1);
        return FeatureSet.FromMatrix(values, labels, Classes);
    }
}
