using System.Diagnostics;
using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Training;
using InfoMax.Training.Memory;
using TorchSharp;

namespace InfoMax.Benchmarks;

/// <summary>
/// What <c>DimTrainer.PlanMemory</c> says against the most resident memory that training adds: each setting in a process of its own, four
/// steps; on a GPU in two, since there the plan is a trial and a run would use again what it took. Linux only.
/// </summary>
internal static class PlanRatios
{
    private const double MiB = 1 << 20;

    /// <summary>All settings, with the allocator as it is or with <c>NativeMemory.ReturnFreedBlocks</c>.</summary>
    public static void Run(bool returned)
    {
        Console.WriteLine("| images | batch | units | locations | micro-batches | planned MiB | measured MiB | planned / measured | " +
            "step, ms | plan takes, of a step |\n|---|---|---|---|---|---|---|---|---|---|");
        (int Side, int Batch, int Units, int Locations, int Parts)[] settings =
            [(32, 64, 256, 0, 1), (32, 64, 2048, 0, 1), (32, 256, 256, 0, 1), (32, 256, 2048, 0, 1), (32, 256, 2048, 8, 1),
                (32, 256, 256, 0, 8), (32, 256, 2048, 0, 8), (32, 256, 2048, 8, 8), (64, 64, 512, 0, 1), (64, 128, 1024, 16, 2),
                (64, 256, 128, 0, 4)];
        foreach ((int side, int batch, int units, int locations, int parts) in Target.IsCuda ? settings.Where(s => s.Batch == 256)
            : settings)
        {
            string[] numbers = [.. new[] { side, batch, units, locations, parts }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
            double[] Told(string what)
            {
                string[] arguments = ["plan-one", returned ? "returned" : "usual", what, .. numbers];
                using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
                    [.. Own(), .. Target.Arguments, .. arguments])
                { RedirectStandardOutput = true })!;
                string text = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    .Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
            }

            double[] told = Target.IsCuda ? [.. Told("run"), .. Told("plan")] : Told("both");
            if (told is not [double measured, double step, double planned, double planning])
            {
                Console.WriteLine($"| {side}×{side} | {batch} | {units} | {(locations == 0 ? "all" : locations)} | {parts} | failed |");
                continue;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {side}×{side} | {batch} | {units} | {(locations == 0 ? "all" : locations)} | {parts} | {planned:F0} | {measured:F0} " +
                $"| {planned / measured:F2} | {step * 1000:F0} | {planning / step:F2} |"));
        }
    }

    /// <summary>One setting in this process: prints the MiB and the seconds of a step, of the plan, or of the step and then the
    /// plan.</summary>
    public static void One(bool returned, string what, int side, int batch, int units, int locations, int parts)
    {
        if (returned && !Training.Memory.NativeMemory.ReturnFreedBlocks())
        {
            throw new PlatformNotSupportedException("Nothing is returned here.");
        }

        ConvEncoder Network() => side == 32 ? ConvEncoder.For32x32(globalUnits: 64, seed: 1)
            : ConvEncoder.For64x64(globalUnits: 64, seed: 1);
        using torch.Tensor images = torch.randint(0, 256, [batch * 4, 3, side, side], dtype: torch.ScalarType.Byte);
        using ConvEncoder encoder = Network();
        DimTrainer Trainer(ConvEncoder trained, torch.Tensor data, int size, int micro, int width) => new DimTrainer(trained, data)
            .Local(new InfoNceEstimator(), units: width, locations: locations == 0 ? null : locations).Prior(Priors.Prior.Uniform)
                .BatchSize(size).MicroBatches(micro).Epochs(1).Device(Target.Device);
        // Libraries and what they keep for themselves are there before. Narrow on a GPU, whose allocator keeps what it has had.
        using (ConvEncoder other = Network())
        using (torch.Tensor few = images.narrow(0, 0, 8))
        using (DimTrainer warm = Trainer(other, few, 4, 2, Target.IsCuda ? 8 : units))
        {
            warm.Fit();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (NativeHeap.Held() is not null)
        {
            // What is free in the heap would count as there already, and be used.
            NativeHeap.Trim();
        }

        if (what != "plan")
        {
            (double measured, double step) = Measure(() => Trainer(encoder, images, batch, parts, units));
            Print(measured, step);
        }

        if (what != "run")
        {
            // After the run: allocators keep what planning took, and a run would use it again.
            using ConvEncoder fresh = Network();
            using DimTrainer planned = Trainer(fresh, images, batch, parts, units);
            long start = Stopwatch.GetTimestamp();
            MemoryPlan plan = planned.PlanMemory();
            Print(plan.Needed / MiB, Stopwatch.GetElapsedTime(start).TotalSeconds);
            Console.Error.WriteLine(plan);
        }
    }

    private static (double MiB, double StepSeconds) Measure(Func<DimTrainer> create)
    {
        long before = Target.IsCuda ? Target.UsedMebibytes() : MemoryPeaks.Status("VmRSS");
        if (!Target.IsCuda)
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }

        using DimTrainer trainer = create();
        TrainingResult result = trainer.Fit();
        return (Target.IsCuda ? Target.UsedMebibytes() - before : (MemoryPeaks.Status("VmHWM") - before) / 1024.0,
            result.Elapsed.TotalSeconds / result.StepCount);
    }

    private static void Print(double first, double second) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first:R} {second:R}"));

    private static string[] Own() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [typeof(PlanRatios).Assembly.Location] : [];
}
