using System.Diagnostics;
using System.Globalization;
using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Encoders;
using InfoMax.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// Training steps with batches from memory against the same steps with batches that are augmented and decoded, in the step's thread and
/// ahead of it. The ways take turns, a block of steps each, in one process; medians of
/// the ratios of a round, with their quartiles. Each block starts with nothing made ahead. Linux only.
/// </summary>
internal static class Feeding
{
    private const int Batch = 64;
    private const int Ahead = 4;
    private const int WarmUps = 1;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private sealed record Way(string Name, IBatchSource Source, int Workers);

    public static void Run(string folder, int rounds, int steps)
    {
        var options = new ImageFolderOptions { Size = 32 };
        using ImageSet set = ImageFolder.Read(folder, options);
        using InMemorySource memory = set.ToSource();
        Augmentation recipe = Augmentation.RandomCrop().Then(new ImageAugmentation { MinArea = 0.5 });
        var augmented = new AugmentedSource(memory, recipe, seed: 1);
        var decoded = new AugmentedSource(ImageFolderSource.Open(folder, options, check: false), recipe, seed: 1);
        // A GPU is done with a batch sooner, and has more cores beside it.
        int[] more = Target.IsCuda ? [4, 8] : [];
        Way[] ways =
        [
            new("from memory", memory, 0),
            new("from memory, 1 thread ahead", memory, 1),
            new("augmented", augmented, 0),
            new("augmented, 1 thread ahead", augmented, 1),
            new("augmented, 2 threads ahead", augmented, 2),
            new("augmented with blur, 1 thread ahead",
                new AugmentedSource(memory, recipe.Then(Augmentation.GaussianBlur(maxSigma: 1)), seed: 1), 1),
            new("decoded and augmented", decoded, 0),
            new("decoded and augmented, 1 thread ahead", decoded, 1),
            new("decoded and augmented, 2 threads ahead", decoded, 2),
            .. more.Select(n => new Way($"decoded and augmented, {n} threads ahead", decoded, n)),
        ];
        Console.WriteLine($"{Environment.ProcessorCount} cores, {get_num_threads()} intra-operator threads, load " +
            $"{File.ReadAllText("/proc/loadavg").Split(' ')[0]}, batches of {Batch}, {Ahead} ahead, {rounds} rounds of {steps} steps");
        using var trained = new Trained();
        Compare(Target.IsCuda ? "a step of DIM(L) on the GPU" : "a step of DIM(L) on this processor", ways, memory.Count, rounds, steps,
            trained.Step);
        if (Target.IsCuda)
        {
            return;
        }

        // What a step on an accelerator is to the processor: a wait, with the cores free.
        Compare("a wait of 50 ms in place of the step", ways, memory.Count, rounds, steps, batch =>
        {
            batch.Dispose();
            Thread.Sleep(50);
        });
    }

    private static void Compare(string step, Way[] ways, int count, int rounds, int steps, Action<Tensor> train)
    {
        double[][] times = [.. ways.Select(_ => new double[rounds])];
        double[][] processor = [.. ways.Select(_ => new double[rounds])];
        double[] waited = new double[ways.Length];
        long[] peaks = new long[ways.Length];
        for (int round = -WarmUps; round < rounds; round++)
        {
            for (int w = 0; w < ways.Length; w++)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                (double time, double wait, long peak) = Block(ways[w], Plan(count, steps, round), train);
                if (round >= 0)
                {
                    times[w][round] = time;
                    processor[w][round] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
                    waited[w] += wait / rounds;
                    peaks[w] = Math.Max(peaks[w], peak);
                }
            }
        }

        Console.WriteLine($"\n| {step} | ms per step | over memory | processor time, ms per step | waiting for the batch, ms per step | " +
            $"MiB above the start of a block |\n|---|---|---|---|---|---|");
        for (int w = 0; w < ways.Length; w++)
        {
            double[] ratios = [.. times[w].Zip(times[0], (way, reference) => way / reference).Order()];
            Console.WriteLine(string.Create(
                Culture,
                $"| {ways[w].Name} | {times[w].Order().ElementAt(rounds / 2) / steps:F1} | {ratios[rounds / 2]:F2} " +
                    $"({ratios[rounds / 4]:F2}–{ratios[3 * rounds / 4]:F2}) | {processor[w].Order().ElementAt(rounds / 2) / steps:F1} | " +
                    $"{waited[w] / steps:F1} | {peaks[w] / 1024} |"));
        }
    }

    private static (double Time, double Waited, long PeakKiB) Block(Way way, List<int[]> plan, Action<Tensor> train)
    {
        long before = MemoryPeaks.Status("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        long start = Stopwatch.GetTimestamp();
        double waited;
        using (var batches = new BatchPrefetcher(way.Source, plan, 0, way.Workers, Ahead))
        {
            while (true)
            {
                using var scope = NewDisposeScope();
                if (!batches.TryNext(out _, out Tensor? batch))
                {
                    break;
                }

                train(batch);
            }

            Target.Settle();
            waited = batches.Waited.TotalMilliseconds;
        }

        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, waited, MemoryPeaks.Status("VmHWM") - before);
    }

    private static List<int[]> Plan(int count, int steps, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps).Select(_ => Enumerable.Range(0, Batch).Select(_ => random.Next(count)).ToArray())];
    }

    private sealed class Trained : IDisposable
    {
        private readonly ConvEncoder _encoder = ConvEncoder.For32x32(seed: 1);
        private readonly DimLoss _loss;
        private readonly optim.Optimizer _optimizer;

        public Trained()
        {
            using var scope = NewDisposeScope();
            _encoder.to(Target.Device);
            _encoder.train();
            EncoderSignature signature = EncoderSignature.Of(_encoder, zeros(2, 3, 32, 32, device: Target.Device));
            _loss = new DimLoss([.. new DimObjectives { Units = 512, LocationSamples = 16 }.Create(signature, seed: 1)]);
            _loss.to(Target.Device);
            _loss.train();
            _encoder.train();
            _optimizer = optim.Adam([.. _encoder.parameters(), .. _loss.parameters()], 1e-4, 0.5, 0.999);
        }

        public void Step(Tensor batch)
        {
            using var scope = NewDisposeScope();
            Tensor total = _loss.call(_encoder.call(batch.to(Target.Device))).Total;
            _optimizer.zero_grad();
            total.backward();
            _optimizer.step();
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _loss.Dispose();
            _encoder.Dispose();
        }
    }
}
