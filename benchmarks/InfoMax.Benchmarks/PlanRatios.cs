using System.Diagnostics;
using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Numerics;
using InfoMax.Training;
using TorchSharp;

namespace InfoMax.Benchmarks;

/// <summary>What <c>DimTrainer.PlanMemory</c> says against the most resident memory that training adds: each setting in a process of its own, four steps. Linux only.</summary>
internal static class PlanRatios
{
    private const double MiB = 1 << 20;

    /// <summary>All settings, with the allocator as it is or with <c>NativeMemory.ReturnFreedBlocks</c>.</summary>
    public static void Run(bool returned)
    {
        Console.WriteLine("| images | batch | units | locations | micro-batches | planned MiB | measured MiB | planned / measured | step, ms | plan takes, of a step |\n|---|---|---|---|---|---|---|---|---|---|");
        (int Side, int Batch, int Units, int Locations, int Parts)[] settings =
            [(32, 64, 256, 0, 1), (32, 64, 2048, 0, 1), (32, 256, 256, 0, 1), (32, 256, 2048, 0, 1), (32, 256, 2048, 8, 1), (32, 256, 256, 0, 8), (32, 256, 2048, 0, 8), (32, 256, 2048, 8, 8), (64, 64, 512, 0, 1), (64, 128, 1024, 16, 2), (64, 256, 128, 0, 4)];
        foreach ((int side, int batch, int units, int locations, int parts) in Target.IsCuda ? settings.Where(s => s.Batch == 256) : settings)
        {
            string[] arguments = [.. new[] { side, batch, units, locations, parts }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
            using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Own(), .. Target.Arguments, "plan-one", returned ? "returned" : "usual", .. arguments]) { RedirectStandardOutput = true })!;
            Console.Write(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
        }
    }

    /// <summary>One setting in this process.</summary>
    public static void One(bool returned, int side, int batch, int units, int locations, int parts)
    {
        if (returned && !Training.NativeMemory.ReturnFreedBlocks())
        {
            throw new PlatformNotSupportedException("Nothing is returned here.");
        }

        ConvEncoder Network() => side == 32 ? ConvEncoder.For32x32(globalUnits: 64, seed: 1) : ConvEncoder.For64x64(globalUnits: 64, seed: 1);
        using torch.Tensor images = torch.randint(0, 256, [batch * 4, 3, side, side], dtype: torch.ScalarType.Byte);
        using ConvEncoder encoder = Network();
        DimTrainer Trainer(ConvEncoder trained, torch.Tensor data, int size, int micro) => new DimTrainer(trained, data)
            .Local(new InfoNceEstimator(), units: units, locations: locations == 0 ? null : locations).Prior(Priors.Prior.Uniform).BatchSize(size).MicroBatches(micro).Epochs(1).Device(Target.Device);
        // Libraries and what they keep for themselves are there before.
        using (ConvEncoder other = Network())
        using (torch.Tensor few = images.narrow(0, 0, 8))
        using (DimTrainer warm = Trainer(other, few, 4, 2))
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

        long before = Target.IsCuda ? Target.UsedMebibytes() : MemoryPeaks.Status("VmRSS");
        if (!Target.IsCuda)
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }

        double measured, step;
        using (DimTrainer trainer = Trainer(encoder, images, batch, parts))
        {
            TrainingResult result = trainer.Fit();
            measured = Target.IsCuda ? Target.UsedMebibytes() - before : (MemoryPeaks.Status("VmHWM") - before) / 1024.0;
            step = result.Elapsed.TotalSeconds / result.Steps;
        }

        // Afterwards: allocators keep what planning took, and a run would use it again.
        using ConvEncoder fresh = Network();
        using DimTrainer planned = Trainer(fresh, images, batch, parts);
        long start = Stopwatch.GetTimestamp();
        MemoryPlan plan = planned.PlanMemory();
        double planning = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {side}×{side} | {batch} | {units} | {(locations == 0 ? "all" : locations)} | {parts} | {plan.Needed / MiB:F0} | {measured:F0} | {plan.Needed / MiB / measured:F2} | {step * 1000:F0} | {planning / step:F2} |"));
        Console.Error.WriteLine(plan);
    }

    private static string[] Own() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(PlanRatios).Assembly.Location] : [];
}
