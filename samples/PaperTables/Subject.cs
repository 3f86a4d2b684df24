using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;

namespace InfoMax.Samples.PaperTables;

/// <summary>A trained encoder and the data to measure it on. Features are extracted once.</summary>
internal sealed class Subject(Encoder encoder, LabeledData train, LabeledData test, Settings settings, int seed,
    CancellationToken cancellation) : IDisposable
{
    private readonly Dictionary<string, (FeatureSet Train, FeatureSet Test)> _features = [];

    public Encoder Encoder => encoder;

    public LabeledData Train => train;

    public LabeledData Test => test;

    public Settings Settings => settings;

    public int Seed => seed;

    public CancellationToken Cancellation => cancellation;

    public (FeatureSet Train, FeatureSet Test) Features(string name)
    {
        if (!_features.TryGetValue(name, out (FeatureSet, FeatureSet) features))
        {
            features = (new FeatureExtractor().Extract(encoder, train, name, cancellation), new FeatureExtractor()
                .Extract(encoder, test, name, cancellation));
            _features[name] = features;
        }

        return features;
    }

    /// <summary>Whether an encoder has a feature of some name.</summary>
    public static bool Gives(Encoder encoder, LabeledData data, string feature)
    {
        using TorchSharp.torch.Tensor two = data.Inputs.GetBatch([0, 1]);
        TorchSharp.Modules.Parameter parameter = ((TorchSharp.torch.nn.Module)encoder).parameters().First();
        using TorchSharp.torch.Tensor moved = two.to(parameter.dtype, parameter.device);
        return EncoderSignature.Of(encoder, moved).FeatureShapes.ContainsKey(feature);
    }

    public void Dispose()
    {
        foreach ((FeatureSet trainSet, FeatureSet testSet) in _features.Values)
        {
            trainSet.Dispose();
            testSet.Dispose();
        }
    }
}
