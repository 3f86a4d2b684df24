using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>Builds the loss of a run from the encoder's output on two examples.</summary>
internal static class LossBuilder
{
    /// <summary>The objectives of a run that names none: the paper's DIM(L).</summary>
    private static readonly ObjectiveSource Default = new(null, (shape, seed) => new DimObjectives().Create(shape, seed));

    public static DimLoss Build(Encoder encoder, IBatchSource data, TrainerSettings settings, EncoderPlace place)
    {
        int[] firstTwo = [0, 1];
        using var scope = NewDisposeScope();
        Tensor batch = BatchGuard.Fetch(data, firstTwo);
        TensorGuard.Finite(batch, "data");
        EncoderSignature signature = EncoderSignature.Of(encoder, place.Take(batch), data.Count);
        // First, since it may refuse the encoder, and nothing else has been made yet.
        Classification? classification = settings.Classifier is { } c
            ? Classifier(c.Feature, c.ClassCount ?? settings.Labels!.Max() + 1, c.Weight, settings.Seed, signature)
            : null;
        List<ObjectiveSource> sources = settings.Objectives.Count > 0 ? settings.Objectives : [Default];
        List<Objective> objectives = [.. ObjectiveSource.CreateAll(sources, signature, settings.Seed)];
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
                $"Training cannot start: the classifier is to see the feature \"{feature}\", the encoder gives " +
                $"{string.Join(", ", signature.FeatureShapes.Keys)}.");
        }

        long size = shape.Aggregate(1L, (product, length) => product * length);
        return new Classification(size, classes, feature, seed: ObjectiveSeeds.Of(seed, "labels")) { Weight = weight };
    }
}
