using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using InfoMax.Information;
using InfoMax.Information.Tasks;
using InfoMax.Samples.Shared;
using TorchSharp;

namespace InfoMax.Samples.MutualInformation;

/// <summary>Runs every estimator on every task, and writes the tables and the plot.</summary>
internal static class TableCommand
{
    /// <summary>The published protocol: batches of 64, in which InfoNCE cannot exceed log 64 = 4.16 nats, for training and for
    /// reading.</summary>
    private const int Batch = 64;

    private static readonly double[] Levels = [2, 4, 6, 8, 10];

    public static int Run(TableOptions options, CancellationToken cancellation)
    {
        torch.set_num_threads(1);
        MutualInformationTask[] gaussians = [.. Levels.Select(nats => MutualInformationTask.CorrelatedGaussianWithInformation(20, nats))];
        MutualInformationTask[] closed = [.. MutualInformationTask.BeyondNormalSuite()];
        var file = new ResultLines<RunResult>(options.Results);
        var results = new ConcurrentDictionary<(string, string, int), RunResult>();
        foreach (RunResult result in file.Read())
        {
            results[result.Key] = result;
        }

        var todo = new ConcurrentQueue<(MutualInformationTask Task, Contender Contender, int Seed)>(
            from suite in new[] { gaussians, closed }
            from seed in Enumerable.Range(1, options.Seeds)
            from task in suite
            from contender in Contender.All
            where suite == gaussians || Tables.OnClosedForms.Contains(contender.Name)
            where options.Only is null || task.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)
                || contender.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)
            where !results.ContainsKey((task.Name, contender.Name, seed))
            select (task, contender, seed));
        int total = todo.Count, done = 0;
        Console.WriteLine($"{total} runs to do, {results.Count} done before.");
        var clock = Stopwatch.StartNew();
        void Work()
        {
            while (!cancellation.IsCancellationRequested
                && todo.TryDequeue(out (MutualInformationTask Task, Contender Contender, int Seed) run))
            {
                bool far = gaussians.Contains(run.Task);
                var settings = new MutualInformationOptions
                {
                    BatchSize = far ? Batch : 128,
                    EvaluationBatchSize = far ? Batch : 1024,
                    // Few dimensions are learned sooner, and by a smaller network.
                    Critic = far ? null : (x, y, seed) => new SeparableMlpCritic(x, y, hiddenUnits: 64, seed: seed),
                    LearningRate = far ? 5e-4 : 2e-3,
                    MaxSteps = far ? options.Steps : (options.Steps + 3) / 4,
                    CheckEvery = far ? 400 : 100,
                    Patience = 3,
                    ResampleCount = far ? 100 : 50,
                    Seed = run.Seed,
                };
                RunResult result;
                try
                {
                    result = run.Contender.Run(run.Task, settings, cancellation);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                if (cancellation.IsCancellationRequested)
                {
                    // What was cut short does not count.
                    return;
                }

                results[result.Key] = result;
                file.Add(result);
                int finished = Interlocked.Increment(ref done);
                TimeSpan left = clock.Elapsed / finished * (total - finished);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{finished}/{total} {result.Task} {result.Estimator} seed {result.Seed}: {result.Value:F3} of {result.Truth:F3} " +
                        $"({result.Seconds:F0} s); {left:h\\:mm\\:ss} left"));
            }
        }

        Thread[] threads = [.. Enumerable.Range(0, options.Workers).Select(_ => new Thread(Work))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Directory.CreateDirectory(options.Output);
        string tables = Path.Combine(options.Output, "mutual-information-tables.md"),
            plot = Path.Combine(options.Output, "mutual-information.svg");
        File.WriteAllText(tables, Tables.Write([.. results.Values], gaussians, closed));
        Plot.Write(plot, [.. results.Values], gaussians, Math.Log(Batch));
        Console.WriteLine($"Wrote {tables} and {plot}.");
        return cancellation.IsCancellationRequested ? 1 : 0;
    }
}
