using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Training;
using TorchSharp;

namespace InfoMax.Samples.BeyondImages;

/// <summary>Signals: a convolutional network that learns what windows share with the whole, and a causal transformer that learns from what comes next.</summary>
internal sealed class SequenceExample : IExample
{
    public string Name => "sequence";

    public string Description => "Signals of three sensors that a wave passes; which of 8 directions does it come from?";

    public double Chance => 1.0 / Waves.Sectors;

    public int Examples { get; init; } = 2000;

    public int Epochs { get; init; } = 10;

    public IReadOnlyList<Reading> Run(int seed, Action<string> report, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var random = new Random(seed);
        (torch.Tensor signals, int[] sectors) = Waves.Make(Examples, random);
        (torch.Tensor testSignals, int[] testSectors) = Waves.Make(1000, random);
        using LabelledData train = new(signals, sectors), test = new(testSignals, testSectors);
        var probing = new Probing(labels: 400, seed);
        string[] conv = ["pool", "fc", "global"];
        var readings = new List<Reading> { probing.OfRaw(train, test) };
        using ConvEncoder encoder = new(SequenceNetworks.Conv(Waves.Sensors, length: Waves.Length), seed);
        readings.AddRange(probing.OfEncoder(encoder, train, test, conv, "untrained"));
        using DimTrainer trainer = new DimTrainer(encoder, train.Inputs)
            .Local(new InfoNceEstimator(), units: 256)
            .LearningRate(5e-4).Epochs(Epochs).Seed(seed);
        TrainingResult result = trainer.Fit(cancellation);
        report($"{result.Epochs[0].Metrics["local.nats"]:F2} -> {result.Epochs[^1].Metrics["local.nats"]:F2} nats, {result.Elapsed.TotalSeconds:F1} s");
        readings.AddRange(probing.OfEncoder(encoder, train, test, conv, "trained", "untrained"));

        using TransformerEncoder causal = new(new TransformerOptions { InputShape = [Waves.Sensors, Waves.Length], PatchSize = [8], Width = 64, Blocks = 2, Causal = true }, seed);
        readings.AddRange(probing.OfEncoder(causal, train, test, ["pool"], "untrained causal"));
        using DimTrainer trainer2 = new DimTrainer(causal, train.Inputs)
            .Add((shape, s) => new SequenceInfoMax(shape.LocalChannels, shape.GlobalUnits, new InfoNceEstimator(), units: 256, seed: s) { Horizon = 4, LeastContext = 4 })
            .LearningRate(1e-3).Epochs(Epochs).Seed(seed);
        result = trainer2.Fit(cancellation);
        report($"{result.Epochs[0].Metrics["sequence.nats"]:F2} -> {result.Epochs[^1].Metrics["sequence.nats"]:F2} nats, {result.Elapsed.TotalSeconds:F1} s");
        readings.AddRange(probing.OfEncoder(causal, train, test, ["pool"], "trained causal", "untrained causal"));
        return readings;
    }
}
