using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Training;
using TorchSharp;

namespace InfoMax.Samples.BeyondImages;

/// <summary>Volumes: a convolutional network that learns what parts of a volume share with the whole.</summary>
internal sealed class VolumeExample : IExample
{
    private static readonly string[] Features = ["pool", "fc", "global"];

    public string Name => "volume";

    public string Description =>
        "Noisy volumes with one solid body, somewhere, turned anyhow: is it a ball, a cube, a torus, a rod, a disc or a cross?";

    public double Chance => 1.0 / Solids.Kinds;

    /// <summary>Volumes to learn from.</summary>
    public int Examples { get; init; } = 1500;

    /// <summary>Passes over them.</summary>
    public int Epochs { get; init; } = 6;

    public IReadOnlyList<Reading> Run(int seed, Action<string> report, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var random = new Random(seed);
        (torch.Tensor volumes, int[] kinds) = Solids.Make(Examples, random);
        (torch.Tensor testVolumes, int[] testKinds) = Solids.Make(1000, random);
        using LabeledData train = new(volumes, kinds), test = new(testVolumes, testKinds);
        var probing = new Probing(labels: 300, seed);

        using var encoder = new ConvEncoder(EncoderDescription.Volume(size: Solids.Side), seed);
        List<Reading> readings = [probing.OfRaw(train, test), .. probing.OfEncoder(encoder, train, test, Features, Probing.Untrained)];
        using DimTrainer trainer = new DimTrainer(encoder, train.Inputs)
            .Local(new InfoNceEstimator(), units: 64, locations: 16)
            .LearningRate(5e-3).Epochs(Epochs).Seed(seed);
        TrainingResult result = trainer.Fit(cancellation);
        report(string.Create(CultureInfo.InvariantCulture,
            $"local.nats {result.Epochs[0].Metrics["local.nats"]:F2} in the first epoch, {result.Epochs[^1].Metrics["local.nats"]:F2} in " +
            $"the last; {result.Elapsed.TotalSeconds:F0} s"));
        readings.AddRange(probing.OfEncoder(encoder, train, test, Features, Probing.Trained, Probing.Untrained));
        return readings;
    }
}
