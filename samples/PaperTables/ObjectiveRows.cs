using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Training;

namespace InfoMax.Samples.PaperTables;

/// <summary>The rows of "--table objectives": every objective of the paper on the same images, and two views, which are beyond
/// it.</summary>
internal static class ObjectiveRows
{
    /// <summary>Negatives of each positive for the critic that concatenates. The paper uses all.</summary>
    private const int Negatives = 15;

    private const int HiddenUnits = 256;

    /// <summary>The rows.</summary>
    /// <param name="settings">Sizes of critics, and how many locations are sampled.</param>
    /// <param name="channels">Channels of the images, which are 32×32.</param>
    public static IReadOnlyList<Row> Of(Settings settings, int channels)
    {
        NamedNetwork basic = Networks.Plain(channels, 32, settings.Small);
        LearnedRow local = Row("DIM(L) infoNCE", DimWeights.PaperLocal, () => new InfoNceEstimator());
        LearnedRow coordinates = local with { Name = "DIM(L) infoNCE + coordinates", Add = Coordinates };
        return
        [
            new LearnedRow("untrained", basic, null),
            Row("DIM(G) JSD", DimWeights.PaperGlobal, () => new JensenShannonEstimator()),
            Row("DIM(G) infoNCE", DimWeights.PaperGlobal, () => new InfoNceEstimator()),
            Row("DIM(G) infoNCE, dot product", DimWeights.PaperGlobal, () => new InfoNceEstimator(), global: GlobalDotProduct),
            Row("DIM(L) DV", DimWeights.PaperLocal, () => new DonskerVaradhanEstimator()),
            Row("DIM(L) JSD", DimWeights.PaperLocal, () => new JensenShannonEstimator()),
            local,
            Row("DIM(L) JSD, concat-and-convolve", DimWeights.PaperLocal, () => new JensenShannonEstimator(), Concatenate),
            Row("DIM(L) infoNCE, concat-and-convolve", DimWeights.PaperLocal, () => new InfoNceEstimator(), Concatenate),
            Row("DIM(L+G) infoNCE", DimWeights.PaperLocalAndGlobal, () => new InfoNceEstimator()),
            coordinates,
            local with { Name = "DIM(L) infoNCE + occlusion", Wrap = Occlude },
            coordinates with { Name = "DIM(L) infoNCE + coordinates + occlusion", Wrap = Occlude },
            local with { Name = "DIM(L) infoNCE, strided crops, one global", Network = Networks.Crops(channels, 32, settings.Small) },
            local with
            {
                Name = "DIM(L) infoNCE, strided crops, 25 globals",
                Network = Networks.CropsWithSeveral(channels, 32, settings.Small),
            },
            new LearnedRow("two views, infoNCE (beyond the paper)", basic, null, TwoViews, TwoViewObjective),
        ];

        LearnedRow Row(
            string name,
            DimWeights weights,
            Func<MIEstimator> estimator,
            Func<EncoderSignature, int?, Critic>? local = null,
            Func<EncoderSignature, int?, Critic>? global = null)
        {
            var objectives = new DimObjectives
            {
                Weights = weights,
                Estimator = estimator,
                LocalCritic = local,
                Units = settings.Units,
                LocationSamples = settings.Locations,
                GlobalCritic = global ?? new DimObjectives().GlobalCritic,
            };
            return new LearnedRow(name, basic, objectives);
        }

        GlobalSeparableCritic GlobalDotProduct(EncoderSignature shape, int? seed) => new(
            [shape.LocalChannels, .. shape.SpatialShape], basic.Description.AfterLocal(), shape.GlobalUnits, settings.Units, seed);

        void TwoViewObjective(DimTrainer trainer) => trainer.Add((shape, seed) => new TwoViewInfoMax(
            new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, settings.Units, seed), new InfoNceEstimator(), seed: seed)
        {
            LocationSamples = settings.Locations,
        });
    }

    private static ConcatCritic Concatenate(EncoderSignature shape, int? seed) =>
        new(shape.LocalChannels, shape.GlobalUnits, HiddenUnits, seed: seed) { NegativesPerPositive = Negatives };

    private static void Coordinates(DimTrainer trainer) => trainer
        .Add((shape, seed) => Coordinates(shape, relative: false, seed))
        .Add((shape, seed) => Coordinates(shape, relative: true, seed));

    private static CoordinatePrediction Coordinates(EncoderSignature shape, bool relative, int seed) =>
        new(shape.LocalChannels, shape.GlobalUnits, shape.SpatialShape, relative, HiddenUnits, seed);

    private static OccludingEncoder Occlude(Encoder encoder, int seed) => new(encoder, seed: seed);

    private static TwoViewEncoder TwoViews(Encoder encoder, int seed) => new(encoder, new ImageAugmentation(), seed);
}
