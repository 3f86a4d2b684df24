using System.Diagnostics;
using System.Globalization;
using InfoMax.Estimators;

namespace InfoMax.Benchmarks;

/// <summary>
/// Most resident memory above the inputs, and time, of value and both gradients: each in a process of its own with the default allocator,
/// second of two evaluations. Linux only.
/// </summary>
internal static class MemoryPeaks
{
    private const int Locations = 64;
    private const int Units = 512;
    private const long MiB = 1 << 20;

    private static readonly Dictionary<string, Action<ScoreProblem>> Ways = new()
    {
        ["InfoNCE published"] = p => p.Differentiate(() => Formulations.PublishedInfoNce(p.Globals, p.Locals, p.N)),
        ["InfoNCE dense"] = p => p.Differentiate(() => Formulations.DenseInfoNce(p.Globals, p.Locals, p.N)),
        ["InfoNCE streamed"] = p => p.Differentiate(new InfoNceEstimator()),
        ["Jensen–Shannon dense"] = p => p.Differentiate(() => Formulations.DenseJensenShannon(p.Globals, p.Locals, p.N)),
        ["Jensen–Shannon streamed"] = p => p.Differentiate(new JensenShannonEstimator()),
        ["Donsker–Varadhan dense"] = p => p.Differentiate(() => Formulations.DenseDonskerVaradhan(p.Globals, p.Locals, p.N)),
        ["Donsker–Varadhan streamed"] = p => p.Differentiate(new DonskerVaradhanEstimator()),
    };

    public static void Run()
    {
        long[] sizes = Target.IsCuda ? [256, 1024, 4096] : [64, 128, 256, 512, 1024, 4096];
        Console.WriteLine($"L = {Locations}, D = {Units}, float32, {(Target.IsCuda ? "on a GPU" : "default allocator")}; MiB above the " +
            $"inputs (seconds)");
        Console.WriteLine($"| | {string.Join(" | ", sizes.Select(n => $"N = {n}"))} |\n|---|{string.Concat(sizes.Select(_ => "---|"))}");
        foreach (string way in Ways.Keys)
        {
            Console.Write($"| {way} |");
            foreach (long n in sizes)
            {
                // The published form at 512 and the dense ones at 4096 would need 16 GB and more.
                bool tooLarge = way.EndsWith("published", StringComparison.Ordinal) ? n > 256 : n > 1024
                    && !way.EndsWith("streamed", StringComparison.Ordinal);
                Console.Write($" {(tooLarge ? "–" : InAnotherProcess(way, n))} |");
            }

            Console.WriteLine();
        }

        Console.WriteLine($"| gradient of the locals alone | " +
            $"{string.Join(" | ", sizes.Select(n => $"{n * Locations * Units * 4 / MiB}"))} |");
    }

    /// <summary>Measures one way in this process and prints the result.</summary>
    public static void One(string way, long n)
    {
        using var problem = new ScoreProblem(n, Locations, Units, floor: false);
        long inputs = Target.IsCuda ? Inputs(problem) : 0;
        Ways[way](problem);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (Target.IsCuda)
        {
            // Of a process that has already done it once, the second time takes nothing more.
            double again = Target.Time(() => Ways[way](problem));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Target.UsedMebibytes() - inputs} ({again:F2} ms)"));
            return;
        }

        long before = Status("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        long start = Stopwatch.GetTimestamp();
        Ways[way](problem);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(Status("VmHWM") - before) / 1024.0:F0} ({elapsed.TotalSeconds:F2})"));
    }

    /// <summary>GPU memory with the inputs and what products need for themselves.</summary>
    private static long Inputs(ScoreProblem problem)
    {
        using TorchSharp.torch.Tensor product = problem.Globals.detach().mm(problem.Globals.detach().t());
        Target.Settle();
        return Target.UsedMebibytes();
    }

    private static string InAnotherProcess(string way, long n)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[.. Target.Arguments, "memory-one", way, n.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : "failed";
    }

    /// <summary>A line of the status of this process, in KiB.</summary>
    public static long Status(string key) =>
        long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(key + ":", StringComparison.Ordinal))
            .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
