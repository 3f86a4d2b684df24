using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Samples.Shared;
using InfoMax.Training;

namespace InfoMax.Samples.PaperObjectives;

/// <summary>The rows of the table. Each is the paper's objective in a few lines; sizes that cost most of the time are smaller than the paper's.</summary>
internal static class Variants
{
    /// <summary>Units of the critics' common space: 2048 in the paper.</summary>
    private const int Units = 256;

    /// <summary>Locations of each image in the local term per step: all in the paper.</summary>
    private const int Locations = 16;

    /// <summary>Negatives of each positive for the critic that concatenates: all in the paper.</summary>
    private const int Negatives = 15;

    public static IReadOnlyList<Variant> All { get; } =
    [
        new("untrained", Basic, null),
        new("DIM(G) JSD", Basic, Terms(DimWeights.PaperGlobal, () => new JensenShannonEstimator())),
        new("DIM(G) infoNCE", Basic, Terms(DimWeights.PaperGlobal, () => new InfoNceEstimator())),
        new("DIM(G) infoNCE, dot product", Basic, Terms(DimWeights.PaperGlobal, () => new InfoNceEstimator(), global: GlobalDotProduct)),
        new("DIM(L) DV", Basic, Terms(DimWeights.PaperLocal, () => new DonskerVaradhanEstimator())),
        new("DIM(L) JSD", Basic, Terms(DimWeights.PaperLocal, () => new JensenShannonEstimator())),
        new("DIM(L) infoNCE", Basic, Terms(DimWeights.PaperLocal, () => new InfoNceEstimator())),
        new("DIM(L) JSD, concat-and-convolve", Basic, Terms(DimWeights.PaperLocal, () => new JensenShannonEstimator(), local: Concatenate)),
        new("DIM(L) infoNCE, concat-and-convolve", Basic, Terms(DimWeights.PaperLocal, () => new InfoNceEstimator(), local: Concatenate)),
        new("DIM(L+G) infoNCE", Basic, Terms(DimWeights.PaperLocalAndGlobal, () => new InfoNceEstimator())),
        new("DIM(L) infoNCE + coordinates", Basic, Local + Coordinates),
        new("DIM(L) infoNCE + occlusion", Occluded, Local),
        new("DIM(L) infoNCE + coordinates + occlusion", Occluded, Local + Coordinates),
        new("DIM(L) infoNCE, strided crops, one global", FoldedSingle, Local),
        new("DIM(L) infoNCE, strided crops, 25 globals", FoldedMultiple, Terms(DimWeights.PaperLocal, () => new InfoNceEstimator())),
        new("two views, infoNCE (beyond the paper)", TwoViews, TwoViewTerms),
    ];

    private static Action<DimTrainer> Local => Terms(DimWeights.PaperLocal, () => new InfoNceEstimator());

    private static Action<DimTrainer> Coordinates => trainer => trainer
        .Add((shape, seed) => new CoordinatePrediction(shape.LocalChannels, shape.GlobalUnits, shape.SpatialShape, hiddenUnits: 256, seed: seed))
        .Add((shape, seed) => new CoordinatePrediction(shape.LocalChannels, shape.GlobalUnits, shape.SpatialShape, relative: true, hiddenUnits: 256, seed: seed));

    private static Action<DimTrainer> TwoViewTerms => trainer => trainer
        .Add((shape, seed) => new TwoViewInfoMax(new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, Units, seed), new InfoNceEstimator(), seed: seed) { LocationSamples = Locations });

    private static Action<DimTrainer> Terms(
        DimWeights weights, Func<MIEstimator> estimator, Func<EncoderSignature, int?, Critic>? local = null, Func<EncoderSignature, int?, Critic>? global = null)
    {
        var objectives = new DimObjectives
        {
            Weights = weights,
            Estimator = estimator,
            LocalCritic = local,
            Units = Units,
            LocationSamples = Locations,
        };
        if (global is not null)
        {
            objectives = objectives with { GlobalCritic = global };
        }

        return trainer => trainer.Objectives(objectives);
    }

    private static ConcatCritic Concatenate(EncoderSignature shape, int? seed) =>
        new(shape.LocalChannels, shape.GlobalUnits, hiddenUnits: 256, seed: seed) { NegativesPerPositive = Negatives };

    /// <summary>The map is encoded as the encoder itself does it above the local map, up to the last layer.</summary>
    private static GlobalSeparableCritic GlobalDotProduct(EncoderSignature shape, int? seed) =>
        new([shape.LocalChannels, .. shape.SpatialShape], PaperNetworks.Basic32x32().AfterLocal(), shape.GlobalUnits, Units, seed);

    private static ConvEncoder Basic(int channels, int seed) => new(PaperNetworks.Basic32x32(channels), seed);

    private static OccludingEncoder Occluded(int channels, int seed) => new(Basic(channels, seed), seed: seed);

    private static TwoViewEncoder TwoViews(int channels, int seed) => new(Basic(channels, seed), new ImageAugmentation(), seed);

    private static ConvEncoder FoldedSingle(int channels, int seed) => new(SmallCrops.Single(channels), seed);

    private static ConvEncoder FoldedMultiple(int channels, int seed) => new(SmallCrops.Multiple(channels), seed);
}
