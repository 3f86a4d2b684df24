using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Priors;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>Builds the loss of a run from what the encoder makes of two examples.</summary>
internal static class LossBuilder
{
    /// <summary>What is trained for if nothing is said: the paper's DIM(L).</summary>
    private static readonly IReadOnlyList<Func<EncoderSignature, int, IReadOnlyList<Objective>>> Defaults =
    [
        (shape, seed) => [new LocalInfoMax(shape.LocalChannels, shape.GlobalUnits, new InfoNceEstimator(), 2048, seed)],
        (shape, seed) => [new PriorMatching(shape.GlobalUnits, Prior.Uniform, 0.1, seed)],
    ];

    public static DimLoss Build(Encoder encoder, IBatchSource data, TrainerSettings settings, Device device, ScalarType dtype)
    {
        int[] firstTwo = [0, 1];
        using var scope = NewDisposeScope();
        Tensor batch = data.GetBatch(firstTwo);
        TensorGuard.Finite(batch, "data");
        EncoderSignature signature = EncoderSignature.Of(encoder, ToDevice(batch, device, dtype), data.Count);
        // First, since it may find fault with the encoder, and nothing else has been made yet.
        Classification? classification = settings.Classifier is { } c ? Classifier(c.Feature, c.Classes ?? settings.Labels!.Max() + 1, c.Weight, settings.Seed, signature) : null;
        List<Objective> objectives = [.. (settings.Objectives.Count > 0 ? settings.Objectives : Defaults).SelectMany((create, i) => create(signature, Initialization.Derive(settings.Seed, purpose: 200 + i)))];
        if (classification is not null)
        {
            objectives.Add(classification);
        }

        var loss = new DimLoss([.. objectives]);
        loss.to(dtype);
        loss.to(device);
        return loss;
    }

    /// <summary>A batch on the device of the encoder and of its dtype; indices keep theirs.</summary>
    public static Tensor ToDevice(Tensor batch, Device device, ScalarType dtype) => batch.is_floating_point() ? batch.to(dtype, device) : batch.to(device);

    private static Classification Classifier(string feature, int classes, double weight, int seed, EncoderSignature signature)
    {
        if (!signature.FeatureShapes.TryGetValue(feature, out IReadOnlyList<long>? shape))
        {
            throw new ArgumentException(
                $"Training cannot start: the classifier is to see the feature \"{feature}\", the encoder gives {string.Join(", ", signature.FeatureShapes.Keys)}.");
        }

        long size = shape.Aggregate(1L, (product, length) => product * length);
        return new Classification(size, classes, feature, seed: Initialization.Derive(seed, purpose: 199)) { Weight = weight };
    }
}
