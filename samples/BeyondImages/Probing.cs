using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;

namespace InfoMax.Samples.BeyondImages;

/// <summary>Linear probes with few labels, of raw data and of encoders.</summary>
/// <param name="labels">Labels that a probe gets.</param>
/// <param name="seed">Seed of their draw.</param>
internal sealed class Probing(int labels, int seed)
{
    public const string Raw = "raw data", Untrained = "untrained", Trained = "trained";

    private readonly LinearProbe _probe = new() { LabelCount = labels, Seed = seed };

    public Reading OfRaw(LabeledData train, LabeledData test)
    {
        using FeatureSet first = FeatureSet.FromInputs(train), second = FeatureSet.FromInputs(test);
        return OfFeatures(first, second, Raw);
    }

    /// <summary>The accuracy of rows that are features already.</summary>
    public Reading OfFeatures(FeatureSet train, FeatureSet test, string representation, string? baseline = null) =>
        new(representation, representation == Raw ? $"({train.FeatureCount})" : $"{train.Name} ({train.FeatureCount})",
            _probe.Evaluate(train, test).Mean, baseline);

    /// <summary>The accuracies of some features of an encoder.</summary>
    public IEnumerable<Reading> OfEncoder(Encoder encoder, LabeledData train, LabeledData test, string[] features, string representation,
        string? baseline = null)
    {
        var extractor = new FeatureExtractor();
        using FeatureCollection first = extractor.ExtractAll(encoder, train, features),
            second = extractor.ExtractAll(encoder, test, features);
        return [.. features.Select(feature => OfFeatures(first[feature], second[feature], representation, baseline))];
    }
}
