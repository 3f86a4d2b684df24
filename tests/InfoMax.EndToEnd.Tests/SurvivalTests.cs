using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using InfoMax.Training.Checkpoints;
using Xunit.Abstractions;

namespace InfoMax.EndToEnd.Tests;

/// <summary>Kills real processes that train (SIGKILL, TerminateProcess) and starts them again: samples/Overnight with its toy
/// run.</summary>
public sealed class SurvivalTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_KilledThreeTimes_EndsWithTheSameBits() => KillAndCompare(runs: 1, killsInEach: 3);

    [SlowFact]
    [Trait("takes", "long")]
    public void HundredRuns_KilledAtRandomMoments_EndWithTheSameBits() => KillAndCompare(runs: 100, killsInEach: 1);

    private void KillAndCompare(int runs, int killsInEach)
    {
        var clock = Stopwatch.StartNew();
        (string whole, TimeSpan firstCheckpoint) = Uninterrupted();
        TimeSpan duration = clock.Elapsed;
        var random = new Random(7);
        int killed = 0, ended = 0, whileWriting = 0, inAll = 0;
        for (int run = 0; run < runs; run++)
        {
            string folder = Path.Combine(_folder, run.ToString(CultureInfo.InvariantCulture));
            for (int kill = 0; kill < killsInEach; kill++)
            {
                // From before the first checkpoint to the end.
                TimeSpan span = (duration - firstCheckpoint) / killsInEach;
                bool died = StartAndKill(folder, (firstCheckpoint * 0.9) + (span * random.NextDouble() * 0.8));
                if (!died && killsInEach == 1 && ++ended <= runs)
                {
                    // It was faster than the one before: another, so that each run is one that was killed.
                    Directory.Delete(folder, recursive: true);
                    kill--;
                    continue;
                }

                killed += died ? 1 : 0;
                whileWriting += Directory.Exists(folder) && Directory.EnumerateDirectories(folder, ".*").Any() ? 1 : 0;
                foreach (string path in Checkpoint.Find(folder))
                {
                    inAll++;
                    Checkpoint.Open(path).Step.Should().BePositive("every checkpoint that can be seen is whole");
                }
            }

            Weights(Finish(folder)).Should().Be(whole, "run {0} goes on with the same bits", run);
            Directory.EnumerateDirectories(folder, ".*").Should().BeEmpty("what was half written is removed");
            Directory.Delete(folder, recursive: true);
        }

        killed.Should().BeGreaterThanOrEqualTo(killsInEach == 1 ? runs : 1);
        output.WriteLine($"{killed} processes killed ({ended} more had ended before), {whileWriting} of them while a checkpoint was " +
            $"written or removed; {inAll} checkpoints read after a kill, all whole.");
    }

    private (string Weights, TimeSpan FirstCheckpoint) Uninterrupted()
    {
        string folder = Path.Combine(_folder, "whole");
        var clock = Stopwatch.StartNew();
        using Process process = Start(folder);
        TimeSpan? first = null;
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
            first ??= line.Contains("Checkpoint", StringComparison.Ordinal) ? clock.Elapsed : null;
        }

        process.WaitForExit();
        process.ExitCode.Should().Be(0, string.Join('\n', lines));
        return (Weights(lines), first!.Value);
    }

    private static bool StartAndKill(string folder, TimeSpan after)
    {
        using Process process = Start(folder);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        bool ended = process.WaitForExit(after);
        if (!ended)
        {
            process.Kill(entireProcessTree: false);
            process.WaitForExit();
        }

        return !ended;
    }

    private static List<string> Finish(string folder)
    {
        using Process process = Start(folder);
        List<string> lines = [];
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        process.WaitForExit();
        process.ExitCode.Should().Be(0, string.Join('\n', lines));
        return lines;
    }

    private static string Weights(IEnumerable<string> lines) => lines.Single(line => line.StartsWith("weights ", StringComparison.Ordinal));

    private static Process Start(string folder)
    {
        string program = Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "Overnight.dll");
        // A checkpoint at each step: half of the time one is being written.
        var start = new ProcessStartInfo("dotnet", [program, "--run", folder, "--toy", "--epochs", "6", "--every", "1", "--workers", "2"])
        { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }
}
