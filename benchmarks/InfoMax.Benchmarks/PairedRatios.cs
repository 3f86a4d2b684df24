using System.Globalization;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Training.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// Ratios of two ways timed in turn in one process, medians of the ratios of neighbors, so that a machine whose speed drifts gives the same
/// answer: every estimator to the floor (the
/// three matrix products alone), and the published formulation to InfoNCE.
/// </summary>
internal static class PairedRatios
{
    private const int WarmUps = 8;
    private const int Locations = 64;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static void Run(bool keepPages, string? only)
    {
        bool kept = keepPages && NativeMemory.KeepFreedPages();
        Console.WriteLine(Header(kept));
        (long N, long D)[] sizes = Target.IsCuda ? [(64, 512), (256, 512), (1024, 512), (64, 2048), (1024, 2048)]
            : [(64, 512), (128, 512), (256, 512), (64, 2048)];
        Console.WriteLine($"\n| value and both gradients, over the floor | " +
            $"{string.Join(" | ", sizes.Select(s => $"N = {s.N}, D = {s.D}"))} |\n|---|{string.Concat(sizes.Select(_ => "---|"))}");
        foreach (MIEstimator estimator in Estimators().Where(e => only is null || e.Name == only))
        {
            estimator.State?.to(Target.Device);
            Console.Write($"| {estimator.Name} |");
            foreach ((long n, long d) in sizes)
            {
                using var problem = new ScoreProblem(n, Locations, d);
                Console.Write($" {Compare(() => problem.Differentiate(estimator), problem.Floor, 15)} |");
            }

            Console.WriteLine();
        }
    }

    /// <summary>Sizes of a piece of scores, over the floor.</summary>
    public static void RunTiles()
    {
        (long N, long D)[] sizes = [(256, 512), (1024, 512), (1024, 2048)];
        Console.WriteLine(Header(kept: false));
        Console.WriteLine($"\n| MiB in a piece, over the floor | {string.Join(" | ", sizes.Select(s => $"N = {s.N}, D = {s.D}"))} " +
            $"|\n|---|{string.Concat(sizes.Select(_ => "---|"))}");
        foreach (MIEstimator estimator in new MIEstimator[] { new JensenShannonEstimator(), new DonskerVaradhanEstimator(),
            new InfoNceEstimator() })
        {
            foreach (int mebibytes in new[] { 0, 1, 4, 16, 64, 256 })
            {
                StreamingOptions options = mebibytes == 0 ? new() : new() { TileBytes = (long)mebibytes << 20 };
                Console.Write($"| {estimator.Name}, {(mebibytes == 0 ? "default" : mebibytes)} |");
                foreach ((long n, long d) in sizes)
                {
                    using var problem = new ScoreProblem(n, Locations, d);
                    Console.Write($" {Compare(() => problem.Differentiate(estimator, options), problem.Floor, 9)} |");
                }

                Console.WriteLine();
            }
        }
    }

    /// <summary>Other formulations of InfoNCE over the streamed one.</summary>
    public static void RunPublished(bool keepPages)
    {
        bool kept = keepPages && NativeMemory.KeepFreedPages();
        Console.WriteLine(Header(kept));
        Console.WriteLine("\n| over streamed InfoNCE, D = 512 | N = 64 | N = 128 | N = 256 |\n|---|---|---|---|");
        foreach ((string name, Func<Tensor, Tensor, long, Tensor> formulation) in new (string, Func<Tensor, Tensor, long,
            Tensor>)[] { ("published", Formulations.PublishedInfoNce), ("dense", Formulations.DenseInfoNce) })
        {
            Console.Write($"| {name} |");
            foreach (long n in new long[] { 64, 128, 256 })
            {
                if (kept && n == 256 && name == "published")
                {
                    // Blocks of 1 GiB in a heap that gives nothing back come to more memory than the machine has.
                    Console.Write(" – |");
                    continue;
                }

                using var problem = new ScoreProblem(n, Locations, 512);
                var streamed = new InfoNceEstimator();
                void Published() => problem.Differentiate(() => formulation(problem.Globals, problem.Locals, n));
                Console.Write($" {Compare(Published, () => problem.Differentiate(streamed), n == 256 ? 7 : 15)} |");
            }

            Console.WriteLine();
        }
    }

    private static List<MIEstimator> Estimators() =>
    [
        new JensenShannonEstimator(), DivergenceEstimator.Gan, new NwjEstimator(), DivergenceEstimator.ReverseKullbackLeibler,
            DivergenceEstimator.SquaredHellinger, DivergenceEstimator.Pearson, DivergenceEstimator.TotalVariation,
        new DonskerVaradhanEstimator(), new MineEstimator(), new SmileEstimator(), new InfoNceEstimator(), new TubaEstimator(),
            new InterpolatedEstimator(0.1),
    ];

    private static string Header(bool kept) =>
        $"{(Target.IsCuda ? Target.Device : $"{get_num_threads()} threads, {(kept ? "freed pages kept" : "default allocator")}")}; " +
            $"medians (lower and upper quartile)";

    private static string Compare(Action candidate, Action reference, int pairs)
    {
        double[] ratios = new double[pairs];
        for (int pair = -Math.Min(WarmUps, pairs / 2); pair < pairs; pair++)
        {
            double denominator = Target.Time(reference), numerator = Target.Time(candidate);
            if (pair >= 0)
            {
                ratios[pair] = numerator / denominator;
            }
        }

        Array.Sort(ratios);
        return string.Create(Culture, $"{ratios[pairs / 2]:F2} ({ratios[pairs / 4]:F2}–{ratios[3 * pairs / 4]:F2})");
    }
}
