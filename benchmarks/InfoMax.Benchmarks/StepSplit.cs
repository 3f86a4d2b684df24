using System.Diagnostics;
using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// A training step of DIM(L) with InfoNCE and a uniform prior on 64 images of 32×32, split into its parts: medians of 30 steps after 10. Settings are timed in turn in one
/// process; the allocator's setting holds for a process, so it is an argument.
/// </summary>
internal static class StepSplit
{
    private static readonly string[] Parts = ["encoder forward", "loss forward", "backward", "optimiser", "whole step"];

    public static void Run(bool keepPages)
    {
        string allocator = keepPages ? NativeMemory.KeepFreedPages() ? "freed pages kept" : "keeping pages is not available here" : "default allocator";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{get_num_threads()} threads, {allocator}; median ms"));
        Console.WriteLine($"| critic | {string.Join(" | ", Parts)} |");
        Console.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---|", Parts.Length)));
        foreach ((int units, int? locations) in new (int, int?)[] { (256, 16), (512, null), (2048, 16), (2048, null) })
        {
            double[] medians = Measure(units, locations);
            Console.WriteLine($"| {units} units, {locations?.ToString(CultureInfo.InvariantCulture) ?? "all 64"} locations | " + string.Join(" | ", medians.Select(m => m.ToString("F0", CultureInfo.InvariantCulture))) + " |");
        }
    }

    private static double[] Measure(int units, int? locations)
    {
        using ConvEncoder encoder = ConvEncoder.For32x32(seed: 1);
        using var loss = new DimLoss(
            new LocalInfoMax(128, 64, new InfoNceEstimator(), units, seed: 1) { LocationSamples = locations },
            new PriorMatching(64, Prior.Uniform, seed: 1));
        using optim.Optimizer optimizer = optim.Adam([.. encoder.parameters(), .. loss.parameters()], 1e-4, 0.5, 0.999);
        using Tensor images = rand(64, 3, 32, 32);
        var times = Parts.Select(_ => new List<double>()).ToArray();
        for (int step = 0; step < 40; step++)
        {
            using var scope = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            EncoderOutput output = encoder.call(images);
            long encoded = Stopwatch.GetTimestamp();
            DimLossResult result = loss.call(output);
            long scored = Stopwatch.GetTimestamp();
            optimizer.zero_grad();
            result.Total.backward();
            long differentiated = Stopwatch.GetTimestamp();
            optimizer.step();
            long end = Stopwatch.GetTimestamp();
            if (step >= 10)
            {
                (long From, long To)[] spans = [(start, encoded), (encoded, scored), (scored, differentiated), (differentiated, end), (start, end)];
                for (int part = 0; part < spans.Length; part++)
                {
                    times[part].Add(Stopwatch.GetElapsedTime(spans[part].From, spans[part].To).TotalMilliseconds);
                }
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }
}
