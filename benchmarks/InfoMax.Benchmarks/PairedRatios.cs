using System.Diagnostics;
using System.Globalization;
using InfoMax.Estimators;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// Ratios to the floor, the three matrix products alone: candidate and floor are timed in turn in one process, and the median of the ratios of neighbours is
/// printed, so that a machine whose speed drifts gives the same answer.
/// </summary>
internal static class PairedRatios
{
    private const int WarmUps = 8;
    private const int Pairs = 15;

    public static void Run()
    {
        bool kept = NativeMemory.KeepFreedPages();
        Console.WriteLine($"{get_num_threads()} threads, {(kept ? "freed pages kept" : "default allocator")}; value and both gradients over the floor, median of {Pairs} pairs (lower and upper quartile)");
        Console.WriteLine("| estimator | N | D | floor ms | ratio |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach ((long n, long d) in new[] { (64L, 512L), (128L, 512L), (256L, 512L), (64L, 2048L) })
        {
            foreach (MIEstimator estimator in new MIEstimator[] { new JensenShannonEstimator(), new DonskerVaradhanEstimator(), new InfoNceEstimator() })
            {
                Compare(estimator, n, 64, d);
            }
        }
    }

    private static void Compare(MIEstimator estimator, long n, long l, long d)
    {
        using var problem = new ScoreProblem(n, l, d);
        double[] floors = new double[Pairs], ratios = new double[Pairs];
        for (int pair = -WarmUps; pair < Pairs; pair++)
        {
            double floor = Time(problem.Floor), candidate = Time(() => problem.Differentiate(estimator));
            if (pair >= 0)
            {
                (floors[pair], ratios[pair]) = (floor, candidate / floor);
            }
        }

        Array.Sort(floors);
        Array.Sort(ratios);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {estimator.Name} | {n} | {d} | {floors[Pairs / 2]:F1} | {ratios[Pairs / 2]:F2} ({ratios[Pairs / 4]:F2}-{ratios[3 * Pairs / 4]:F2}) |"));
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
