using System.Diagnostics;
using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Training;
using InfoMax.Training.Memory;
using TorchSharp;

namespace InfoMax.Benchmarks;

/// <summary>What a process holds after more and more steps of DIM(G), whose critic has one weight of 16 MiB: by the trainer, and by a loop
/// of one's own, as it is, with StepGuard, and with collections. Each way in a process of its own. Linux only.</summary>
internal static class HeapGrowth
{
    private const int BatchSize = 64;

    private static readonly string[] Ways = ["trainer", "own loop", "own loop, with StepGuard", "own loop, collected every ten steps"];

    public static void Run(int steps)
    {
        int[] marks = Marks(steps);
        Console.WriteLine($"| MiB resident after steps | {string.Join(" | ", marks)} | ms a " +
            $"step\n|---|{string.Concat(marks.Select(_ => "---|"))}---|");
        foreach (string way in Ways)
        {
            using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
                [.. Own(), "heap-one", way, steps.ToString(CultureInfo.InvariantCulture)])
            { RedirectStandardOutput = true })!;
            Console.Write(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
        }
    }

    /// <summary>One way in this process.</summary>
    public static void One(string way, int steps)
    {
        using torch.Tensor images = torch.randint(0, 256, [BatchSize * 16, 3, 32, 32], dtype: torch.ScalarType.Byte);
        using ConvEncoder encoder = ConvEncoder.For32x32(globalUnits: 64, seed: 1);
        var readings = new Readings(Marks(steps));
        long start = Stopwatch.GetTimestamp();
        if (way == Ways[0])
        {
            using DimTrainer trainer = new DimTrainer(encoder, images).Global(new JensenShannonEstimator()).BatchSize(BatchSize)
                .Epochs((steps + 15) / 16).Seed(1).Callback(readings);
            trainer.Fit();
        }
        else
        {
            Loop(encoder, images, steps, way, readings);
        }

        double each = Stopwatch.GetElapsedTime(start).TotalMilliseconds / steps;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {way} | {string.Join(" | ", readings.Resident)} | {each:F0} |"));
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 1000; i++)
        {
            _ = NativeHeap.Held();
            _ = Environment.WorkingSet;
        }

        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"a look at the heap: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} µs"));
    }

    private static void Loop(ConvEncoder encoder, torch.Tensor images, int steps, string way, Readings readings)
    {
        using var source = new Data.InMemorySource(images);
        using torch.Tensor two = source.GetBatch([0, 1]);
        EncoderSignature signature = EncoderSignature.Of(encoder, two);
        using var loss = new DimLoss(new GlobalInfoMax(signature.LocalSize, signature.GlobalUnits, new JensenShannonEstimator(), seed: 1));
        using torch.optim.Optimizer optimizer = torch.optim.Adam([.. encoder.parameters(), .. loss.parameters()], 1e-4);
        Action? watch = way == Ways[2] ? NativeMemory.StepGuard() : null;
        for (int step = 1; step <= steps; step++)
        {
            watch?.Invoke();
            if (way == Ways[3] && step % 10 == 0)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            using var scope = torch.NewDisposeScope();
            torch.Tensor batch = source.GetBatch([.. Enumerable.Range(step % 16 * BatchSize, BatchSize)]);
            optimizer.zero_grad();
            loss.call(encoder.call(batch)).Total.backward();
            optimizer.step();
            readings.Note(step);
        }
    }

    private static int[] Marks(int steps) =>
        [.. new[] { 0.05, 0.1, 0.25, 0.5, 0.75, 1 }.Select(share => Math.Max(1, (int)(share * steps)))];

    private static string[] Own() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [typeof(HeapGrowth).Assembly.Location] : [];

    private sealed class Readings(int[] marks) : TrainingCallback
    {
        public List<long> Resident { get; } = [];

        public void Note(long step)
        {
            if (marks.Contains((int)step))
            {
                Resident.Add(MemoryPeaks.Status("VmRSS") / 1024);
            }
        }

        public override void OnStep(StepContext context) => Note(context.Run.Step);
    }
}
