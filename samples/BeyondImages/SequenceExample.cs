using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Training;
using TorchSharp;

namespace InfoMax.Samples.BeyondImages;

/// <summary>Signals: a convolutional network that learns what windows share with the whole, and a causal transformer that learns from what
/// comes next.</summary>
internal sealed class SequenceExample : IExample
{
    private static readonly string[] Convolutional = ["pool", "fc", "global"], Causal = ["pool"];

    public string Name => "sequence";

    public string Description => "Signals of three sensors that a wave passes: which of 8 directions does it come from?";

    public double Chance => 1.0 / Waves.Sectors;

    /// <summary>Signals to learn from.</summary>
    public int Examples { get; init; } = 2000;

    /// <summary>Passes of the convolutional network over them.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Whether the causal transformer is trained too.</summary>
    public bool WithTransformer { get; init; } = true;

    public IReadOnlyList<Reading> Run(int seed, Action<string> report, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var random = new Random(seed);
        (torch.Tensor signals, int[] sectors) = Waves.Make(Examples, random);
        (torch.Tensor testSignals, int[] testSectors) = Waves.Make(1000, random);
        using LabeledData train = new(signals, sectors), test = new(testSignals, testSectors);
        var probing = new Probing(labels: 400, seed);

        using var conv = new ConvEncoder(EncoderDescription.Sequence(Waves.Sensors, length: Waves.Length), seed);
        List<Reading> readings = [probing.OfRaw(train, test), .. probing.OfEncoder(conv, train, test, Convolutional, Probing.Untrained)];
        using DimTrainer local = new DimTrainer(conv, train.Inputs)
            .Local(new InfoNceEstimator(), units: 256)
            .LearningRate(5e-4).Epochs(Epochs).Seed(seed);
        Report(report, "convolutions", local.Fit(cancellation), "local.nats");
        readings.AddRange(probing.OfEncoder(conv, train, test, Convolutional, Probing.Trained, Probing.Untrained));
        if (!WithTransformer)
        {
            return readings;
        }

        var options = new TransformerOptions
        {
            InputShape = [Waves.Sensors, Waves.Length],
            PatchSize = [8],
            Width = 64,
            BlockCount = 2,
            Causal = true
        };
        using var transformer = new TransformerEncoder(options, seed);
        readings.AddRange(probing.OfEncoder(transformer, train, test, Causal, "untrained causal transformer"));
        using DimTrainer next = new DimTrainer(transformer, train.Inputs)
            .Add((shape, own) => new SequenceInfoMax(shape.LocalChannels, shape.GlobalUnits, new InfoNceEstimator(), units: 256, seed: own)
            { Horizon = 4, MinContext = 4 })
            .LearningRate(2e-3).Epochs(15).Seed(seed);
        Report(report, "causal transformer", next.Fit(cancellation), "sequence.nats");
        readings.AddRange(probing.OfEncoder(transformer, train, test, Causal, "trained causal transformer",
            "untrained causal transformer"));
        return readings;
    }

    private static void Report(Action<string> report, string network, TrainingResult result, string metric) => report(string.Create(
        CultureInfo.InvariantCulture,
            $"{network}, {metric} {result.Epochs[0].Metrics[metric]:F2} in the first epoch, {result.Epochs[^1].Metrics[metric]:F2} in " +
            $"the last; {result.Elapsed.TotalSeconds:F0} s"));
}
