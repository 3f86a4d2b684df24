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
    private static readonly IReadOnlyList<ObjectiveSource> Defaults =
    [
        new("local", (shape, seed) => [new LocalInfoMax(shape.LocalChannels, shape.GlobalUnits, new InfoNceEstimator(), 2048, seed)]),
        new("prior", (shape, seed) => [new PriorMatching(shape.GlobalUnits, Prior.Uniform, 0.1, seed)]),
    ];

    public static DimLoss Build(Encoder encoder, IBatchSource data, TrainerSettings settings, EncoderPlace place)
    {
        int[] firstTwo = [0, 1];
        using var scope = NewDisposeScope();
        Tensor batch = data.GetBatch(firstTwo);
        TensorGuard.Finite(batch, "data");
        EncoderSignature signature = EncoderSignature.Of(encoder, place.Take(batch)) with { Examples = data.Count };
        // First, since it may find fault with the encoder, and nothing else has been made yet.
        Classification? classification = settings.Classifier is { } c ? Classifier(c.Feature, c.Classes ?? settings.Labels!.Max() + 1, c.Weight, settings.Seed, signature) : null;
        List<Objective> objectives = [.. ObjectiveSource.CreateAll(settings.Objectives.Count > 0 ? settings.Objectives : Defaults, signature, settings.Seed)];
        if (classification is not null)
        {
            objectives.Add(classification);
        }

        var loss = new DimLoss([.. objectives]);
        loss.to(place.DType);
        loss.to(place.Device);
        return loss;
    }

    private static Classification Classifier(string feature, int classes, double weight, int seed, EncoderSignature signature)
    {
        if (!signature.FeatureShapes.TryGetValue(feature, out IReadOnlyList<long>? shape))
        {
            throw new ArgumentException(
                $"Training cannot start: the classifier is to see the feature \"{feature}\", the encoder gives {string.Join(", ", signature.FeatureShapes.Keys)}.");
        }

        long size = shape.Aggregate(1L, (product, length) => product * length);
        return new Classification(size, classes, feature, seed: ObjectiveSeeds.Of(seed, "labels")) { Weight = weight };
    }
}
