using System.Globalization;
using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Samples.BeyondImages;

/// <summary>Pictures and sounds of the same objects: two encoders that learn what the two have in common.</summary>
internal sealed class ModalitiesExample : IExample
{
    private static readonly string[] Features = ["global", "second.global"];

    /// <summary>For pictures, a network of a mean over locations, since objects may be anywhere.</summary>
    private static readonly EncoderDescription Pictures = new()
    {
        InputShape = [1, Objects.Side, Objects.Side],
        Layers =
        [
            Layer.Conv(32, kernel: 4, stride: 2, padding: 1),
            Layer.Conv(64, kernel: 4, stride: 2, padding: 1).As("local"),
            Layer.Conv(128, kernel: 3, stride: 2, padding: 1),
            Layer.GlobalAveragePool(),
            Layer.Linear(256),
            Layer.Global(64),
        ],
    };

    public string Name => "modalities";

    public string Description =>
        "Pictures of objects and the sounds they make: which of 8 kinds is an object, by its picture (\"global\") or by its sound " +
        "(\"second.global\"), and which picture belongs to a sound?";

    public double Chance => 1.0 / Objects.Kinds;

    /// <summary>Objects to learn from.</summary>
    public int Examples { get; init; } = 4000;

    public IReadOnlyList<Reading> Run(int seed, Action<string> report, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        (Tensor pictures, Tensor sounds, int[] kinds) = Objects.Make(Examples, random);
        (Tensor testPictures, Tensor testSounds, int[] testKinds) = Objects.Make(1000, random);
        using InMemorySource seen = new(pictures), heard = new(sounds), testSeen = new(testPictures), testHeard = new(testSounds);
        using LabeledData train = new(new PairedSource(seen, heard), kinds), test = new(new PairedSource(testSeen, testHeard), testKinds);
        var probing = new Probing(labels: 200, seed);

        using var encoder = new PairedEncoder(
            new ConvEncoder(Pictures, seed), new ConvEncoder(EncoderDescription.Sequence(length: Objects.Length), seed + 1));
        var critic = new SeparableCritic(localChannels: 64, globalUnits: 64, units: 128, seed); // The trainer owns it later.
        List<Reading> readings = [probing.OfRaw(train, test), .. probing.OfEncoder(encoder, train, test, Features, Probing.Untrained)];
        readings.AddRange(Retrieval.Of(encoder, critic, test, Probing.Untrained));
        using DimTrainer trainer = new DimTrainer(encoder, train.Inputs)
            .Add((_, _) => new CrossModalInfoMax(critic, new InfoNceEstimator()))
            .LearningRate(3e-3).Epochs(4).Seed(seed);
        TrainingResult result = trainer.Fit(cancellation);
        report(string.Create(
            CultureInfo.InvariantCulture,
                $"modalities.nats {result.Epochs[0].Metrics["modalities.nats"]:F2} in the first epoch, " +
                $"{result.Epochs[^1].Metrics["modalities.nats"]:F2} in the last; {result.Elapsed.TotalSeconds:F0} s"));
        readings.AddRange(probing.OfEncoder(encoder, train, test, Features, Probing.Trained, Probing.Untrained));
        readings.AddRange(Retrieval.Of(encoder, critic, test, Probing.Trained, Probing.Untrained));
        return readings;
    }
}
