using System.Diagnostics;
using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Training;
using TorchSharp;

namespace InfoMax.Benchmarks;

/// <summary>What <c>DimTrainer.PlanMemory</c> says against the most resident memory that training adds: each setting in a process of its own with the default allocator, four steps. Linux only.</summary>
internal static class PlanRatios
{
    private const double MiB = 1 << 20;

    public static void Run()
    {
        Console.WriteLine("| batch | units | locations | micro-batches | planned MiB | measured MiB | planned / measured | plan takes, of a step |\n|---|---|---|---|---|---|---|---|");
        (int Batch, int Units, int Locations, int Parts)[] settings = [(64, 256, 0, 1), (64, 2048, 0, 1), (256, 256, 0, 1), (256, 2048, 0, 1), (256, 2048, 8, 1), (256, 256, 0, 8), (256, 2048, 0, 8), (256, 2048, 8, 8)];
        foreach ((int batch, int units, int locations, int parts) in Target.IsCuda ? settings.Where(s => s.Batch == 256) : settings)
        {
            string[] arguments = [.. new[] { batch, units, locations, parts }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
            using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Own(), .. Target.Arguments, "plan-one", .. arguments]) { RedirectStandardOutput = true })!;
            Console.Write(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
        }
    }

    /// <summary>One setting in this process.</summary>
    public static void One(int batch, int units, int locations, int parts)
    {
        using torch.Tensor images = torch.randint(0, 256, [batch * 4, 3, 32, 32], dtype: torch.ScalarType.Byte);
        using ConvEncoder encoder = ConvEncoder.For32x32(globalUnits: 64, seed: 1);
        DimTrainer Trainer(ConvEncoder trained, torch.Tensor data, int size, int micro) => new DimTrainer(trained, data)
            .Local(new InfoNceEstimator(), units: units, locations: locations == 0 ? null : locations).Prior(Priors.Prior.Uniform).BatchSize(size).MicroBatches(micro).Epochs(1).Device(Target.Device);
        // Libraries and what they keep for themselves are there before.
        using (ConvEncoder other = ConvEncoder.For32x32(globalUnits: 64, seed: 1))
        using (torch.Tensor few = images.narrow(0, 0, 8))
        using (DimTrainer warm = Trainer(other, few, 4, 2))
        {
            warm.Fit();
        }

        // On a GPU what planning takes is kept, and used again.
        long used = Target.IsCuda ? Target.UsedMebibytes() : 0;
        MemoryPlan plan;
        double planning;
        using (DimTrainer planned = Trainer(encoder, images, batch, parts))
        {
            long start = Stopwatch.GetTimestamp();
            plan = planned.PlanMemory();
            planning = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = MemoryPeaks.Status("VmRSS");
        if (!Target.IsCuda)
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }

        using DimTrainer trainer = Trainer(encoder, images, batch, parts);
        TrainingResult result = trainer.Fit();
        double measured = Target.IsCuda ? Target.UsedMebibytes() - used : (MemoryPeaks.Status("VmHWM") - before) / 1024.0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {batch} | {units} | {(locations == 0 ? "all" : locations)} | {parts} | {plan.Needed / MiB:F0} | {measured:F0} | {plan.Needed / MiB / measured:F2} | {planning / (result.Elapsed.TotalSeconds / result.Steps):F2} |"));
        Console.Error.WriteLine(plan);
    }

    private static string[] Own() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(PlanRatios).Assembly.Location] : [];
}
