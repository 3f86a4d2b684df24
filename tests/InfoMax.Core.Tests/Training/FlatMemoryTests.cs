using System.Globalization;
using InfoMax.Core.Tests.Support;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation;
using InfoMax.Training;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

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
        using Tensor data = ToyTraining.Data();
        using var plain = new InMemorySource(data);
        var source = new AugmentedSource(plain, new ImageAugmentation { Jitter = 0, Greyscale = 0 }, seed: 4);
        int[] labels = [.. Enumerable.Range(0, ToyTraining.Examples).Select(i => (i % 3) - 1)];
        using Encoder encoder = ToyTraining.Encoder();
        using var test = new LabelledData(data, [.. labels.Select(l => Math.Max(0, l))]);
        using var probe = new OnlineProbe(labels, ["conv", "global"], test);
        var memory = new Readings();
        using DimTrainer trainer = new DimTrainer(encoder, source)
            .Local(new InfoMax.Estimators.MineEstimator(), units: 8, locations: 4).Prior(InfoMax.Priors.Prior.Uniform)
            .BatchSize(8).Epochs(steps / ToyTraining.StepsPerEpoch).Seed(5).LearningRate(1e-4).Schedule(LearningRateSchedule.Cosine().WithWarmUp(20)).ClipGradients(10).AverageWeights()
            .Prefetch(2).Checkpoints(new CheckpointOptions(Path.Combine(_folder, "checkpoints")) { EveryEpochs = 5 })
            .Callback(probe).Callback(new TensorBoardWriter(Path.Combine(_folder, "events")) { Histograms = true }).Callback(memory).ReportTo(memory, 20);
        trainer.Fit().Steps.Should().Be(steps);
        // The first tenth fills caches: of libtorch, of the runtime's compiler, of the allocator.
        (long Step, long Tensors, long Resident)[] settled = [.. memory.All.Where(r => r.Step >= steps / 10)];
        settled.Should().HaveCountGreaterThan(10);
        settled.Select(r => r.Tensors).Distinct().Should().ContainSingle("no step leaves a tensor behind");
        double mebibytes = Mean(settled[^(settled.Length / 5)..]) - Mean(settled[..(settled.Length / 5)]);
        foreach ((long step, long tensors, long resident) in memory.All.Where(r => r.Step <= 100 || r.Step % (steps / 10) == 0))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step}: {tensors} tensors, {resident / 1048576.0:F1} MiB"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"growth from the first fifth to the last: {mebibytes:F1} MiB"));
        mebibytes.Should().BeLessThan(mostMebibytes);
    }

    private static double Mean((long Step, long Tensors, long Resident)[] readings) => readings.Average(r => r.Resident / 1048576.0);

    /// <summary>Tensors of the training thread's scopes, counted in a callback, where no batch is being handed over; and the resident size.</summary>
    private sealed class Readings : TrainingCallback, IProgress<TrainingProgress>
    {
        private long _tensors;

        public List<(long Step, long Tensors, long Resident)> All { get; } = [];

        public override void OnStep(StepContext context) => _tensors = LiveTensors.Count;

        public void Report(TrainingProgress value) => All.Add((value.Step, _tensors, value.ResidentBytes));
    }
}
