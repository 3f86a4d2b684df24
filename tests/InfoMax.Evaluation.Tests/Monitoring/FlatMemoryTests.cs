using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Monitoring;
using InfoMax.Optimization;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Monitoring;

/// <summary>A run with all that goes on beside its steps needs as much memory at its end as after its beginning.</summary>
public sealed class FlatMemoryTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fit_Of300Steps_KeepsTensorsFlat() => Run(steps: 300, mostMebibytes: 64);

    [SlowFact]
    public void Fit_Of10000Steps_KeepsTensorsAndResidentSizeFlat() => Run(steps: 10_000, mostMebibytes: 48);

    private void Run(int steps, int mostMebibytes)
    {
        using Tensor few = ToyTraining.Data();
        using Tensor data = few.narrow(0, 0, 32).repeat(25, 1, 1, 1);
        using var plain = new InMemorySource(data);
        var source = new AugmentedSource(plain, new ImageAugmentation { Jitter = 0, Grayscale = 0 }, seed: 4);
        int[] labels = [.. Enumerable.Range(0, 800).Select(i => (i % 3) - 1)];
        using Encoder encoder = ToyTraining.Encoder();
        using var test = new LabeledData(data, [.. labels.Select(l => Math.Max(0, l))]);
        using var probe = new OnlineProbe(labels, ["conv", "global"], test);
        var memory = new Readings();
        using DimTrainer trainer = new DimTrainer(encoder, source)
            .Local(new InfoMax.Estimators.MineEstimator(), units: 8, locations: 4).Prior(InfoMax.Priors.Prior.Uniform)
            .BatchSize(8).Epochs(steps / 100).Seed(5).LearningRate(1e-4).Schedule(
                LearningRateSchedule.Cosine().WithWarmUp(20)).ClipGradients(10).AverageWeights()
            .Prefetch(2).Checkpoints(new CheckpointOptions(Path.Combine(_folder, "checkpoints")))
            .Callback(probe).Callback(
                new TensorBoardWriter(Path.Combine(_folder, "events")) { Histograms = true }).Callback(memory).ReportTo(memory, 20);
        trainer.Fit().StepCount.Should().Be(steps);
        // The first tenth fills caches: of libtorch, of the runtime's compiler, of the allocator.
        (long Step, long Tensors, long Everywhere, long Resident)[] settled = [.. memory.All.Where(r => r.Step >= steps / 10)];
        settled.Should().HaveCountGreaterThan(10);
        settled.Select(r => r.Tensors).Distinct().Should().ContainSingle("no step leaves a tensor behind");
        long[] counts = [.. settled.Select(r => r.Everywhere)];
        (counts.Max() - counts.Min()).Should().BeLessThan(100, "batches that are being made come and go");
        double mebibytes = Mean(settled[^(settled.Length / 5)..]) - Mean(settled[..(settled.Length / 5)]);
        var shown = memory.All.Where(r => r.Step <= 100 || r.Step % (steps / 10) == 0);
        foreach ((long step, long tensors, long everywhere, long resident) in shown)
        {
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {step}: {tensors} tensors, {everywhere} in all threads, {resident / 1048576.0:F1} MiB"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"growth from the first fifth to the last: {mebibytes:F1} MiB"));
        mebibytes.Should().BeLessThan(mostMebibytes);
    }

    private static double Mean((long Step, long Tensors, long Everywhere, long Resident)[] readings) =>
        readings.Average(r => r.Resident / 1048576.0);

    /// <summary>
    /// Tensors that the training thread has made and not disposed, with the batches that other threads made and it has disposed,
    /// one for each step, added back; those of all threads; and the resident size.
    /// </summary>
    private sealed class Readings : TrainingCallback, IProgress<TrainingProgress>
    {
        private long _tensors;

        public List<(long Step, long Tensors, long Everywhere, long Resident)> All { get; } = [];

        public override void OnStep(StepContext context) => _tensors = LiveTensors.Count + context.Run.Step;

        public void Report(TrainingProgress value) => All.Add((value.Step, _tensors, value.LiveTensors, value.ResidentBytes));
    }
}
