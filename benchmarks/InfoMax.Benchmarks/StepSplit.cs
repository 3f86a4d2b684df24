using System.Diagnostics;
using System.Globalization;
using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Training.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// A training step of DIM(L) with InfoNCE on 64 images of 32×32, split into its parts, forward and backward of each together: medians of
/// steps. The settings take turns, one step each, in one
/// process; the allocator's setting holds for a process, so it is an argument.
/// </summary>
internal static class StepSplit
{
    private const int WarmUps = 3;
    private static readonly string[] Parts = ["encoder", "projections", "scores", "optimizer", "whole step"];

    private sealed record Setting(string Name, int Units, int? Locations, bool Published, ProductPrecision Projections);

    public static void Run(bool keepPages, bool brainFloat, int steps)
    {
        string allocator = Target.IsCuda ? $"on {Target.Device}" : keepPages ? NativeMemory.KeepFreedPages() ? "freed pages kept"
            : "keeping pages is not available here" : "default allocator";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{get_num_threads()} threads, {allocator}, bfloat16 instructions: {BFloat16Support.IsFast(Target.Device)}; median ms of " +
            $"{steps} steps"));
        Console.WriteLine($"| critic | {string.Join(" | ", Parts)} | published / this |");
        Console.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---|", Parts.Length + 1)));
        foreach (int units in new[] { 2048, 512 })
        {
            List<Setting> settings =
            [
                new($"{units} units, as published", units, null, true, ProductPrecision.Full),
                new($"{units} units, streamed", units, null, false, ProductPrecision.Full),
                new($"{units} units, streamed, 16 of 64 locations", units, 16, false, ProductPrecision.Full),
            ];
            if (brainFloat)
            {
                settings.Add(new($"{units} units, streamed, bfloat16 projections", units, null, false, ProductPrecision.BFloat16));
            }

            if (units == 512)
            {
                settings.Add(new("256 units, streamed, 16 of 64 locations", 256, 16, false, ProductPrecision.Full));
            }

            Compare(settings, steps);
        }
    }

    private static void Compare(List<Setting> settings, int steps)
    {
        var runs = settings.Select(s => new Trained(s)).ToList();
        for (int step = 0; step < steps + WarmUps; step++)
        {
            foreach (Trained run in runs)
            {
                run.Step(record: step >= WarmUps);
            }
        }

        double published = runs[0].Medians()[^1];
        foreach (Trained run in runs)
        {
            double[] medians = run.Medians();
            Console.WriteLine($"| {run.Name} | "
                + string.Join(" | ", medians.Select(m => m.ToString(Target.IsCuda ? "F2" : "F0", CultureInfo.InvariantCulture)))
                + string.Create(CultureInfo.InvariantCulture, $" | {published / medians[^1]:F2} |"));
            run.Dispose();
        }
    }

    private sealed class Trained : IDisposable
    {
        private readonly Setting _setting;
        private readonly ConvEncoder _encoder = ConvEncoder.For32x32(seed: 1);
        private readonly SeparableCritic _critic;
        private readonly PublishedProjection? _published;
        private readonly optim.Optimizer _optimizer;
        private readonly Tensor _images = rand(64, 3, 32, 32).to(Target.Device);
        private readonly Generator _generator = new(1);
        private readonly List<double>[] _times = [.. Parts.Select(_ => new List<double>())];

        public Trained(Setting setting)
        {
            _setting = setting;
            _critic = new SeparableCritic(128, 64, setting.Units, seed: 1) { Projections = setting.Projections };
            _published = setting.Published ? new PublishedProjection(128, setting.Units) : null;
            // Before the optimizer exists, which knows parameters by their handles.
            _encoder.to(Target.Device);
            _critic.to(Target.Device);
            _published?.to(Target.Device);
            // The local half of the critic is not used where the published projection takes its place.
            IEnumerable<TorchSharp.Modules.Parameter> critic = _published is null ? _critic.parameters() : _critic.named_parameters()
                .Where(p => p.name.StartsWith("global", StringComparison.Ordinal)).Select(p => p.parameter).Concat(_published.parameters());
            _optimizer = optim.Adam([.. _encoder.parameters(), .. critic], 1e-4, 0.5, 0.999);
        }

        public string Name => _setting.Name;

        public double[] Medians() => [.. _times.Select(t => t.Order().ElementAt(t.Count / 2))];

        /// <summary>Cuts the graph between the parts, so that each part's backward pass can be timed by itself.</summary>
        public void Step(bool record)
        {
            using var scope = NewDisposeScope();
            Target.Settle();
            long start = Stopwatch.GetTimestamp();
            long last = start;
            double[] spent = new double[Parts.Length];
            void Lap(int part)
            {
                Target.Settle();
                spent[part] += Stopwatch.GetElapsedTime(last).TotalMilliseconds;
                last = Stopwatch.GetTimestamp();
            }

            EncoderOutput output = _encoder.call(_images);
            LocalFeatureMap sampled = _setting.Locations is { } count ? output.Local.Sample(count, _generator) : output.Local;
            Tensor map = sampled.Values.detach().requires_grad_(true), code = output.Global.detach().requires_grad_(true);
            Lap(0);
            // Two locations are the fewest that the critic's normalization takes; the published projection makes the local vectors itself.
            using ScoreMatrix projected = _critic.call(new LocalFeatureMap(_published is null ? map : map.detach()[.., .., ..1, ..2]),
                code);
            Tensor globalRows = projected.GlobalVectors()!.flatten(0, 1),
                localRows = _published?.call(map) ?? projected.LocalVectors()!.flatten(0, 1);
            Tensor globals = globalRows.detach().requires_grad_(true), locals = localRows.detach().requires_grad_(true);
            Lap(1);
            Tensor loss;
            using (ScoreMatrix scores = ScoreMatrix.FactoredRows(globals, locals, 64))
            {
                loss = _setting.Published ? Formulations.PublishedInfoNce(globals, locals, 64) : new InfoNceEstimator()
                    .Objective(scores).neg();
            }

            IList<Tensor> byScores = autograd.grad([loss], [globals, locals]);
            Lap(2);
            _optimizer.zero_grad();
            autograd.backward([globalRows, localRows], byScores);
            Lap(1);
            autograd.backward([sampled.Values, output.Global], [map.grad!, code.grad!]);
            Lap(0);
            _optimizer.step();
            Lap(3);
            spent[^1] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (int part = 0; record && part < spent.Length; part++)
            {
                _times[part].Add(spent[part]);
            }
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _critic.Dispose();
            _published?.Dispose();
            _encoder.Dispose();
            _images.Dispose();
            _generator.Dispose();
        }
    }
}
