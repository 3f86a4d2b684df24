using InfoMax.Baselines;
using InfoMax.Baselines.FewLabels;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Probes;
using InfoMax.Objectives;
using TorchSharp;

namespace InfoMax.Samples.PaperTables;

/// <summary>One of the paper's tables: its columns, and its rows for images of some size.</summary>
internal sealed class PaperTable
{
    private readonly Settings _settings;
    private readonly int _channels;
    private readonly long _side;

    public PaperTable(Settings settings, int channels, long side)
    {
        (_settings, _channels, _side) = (settings, channels, side);
        (Title, Columns, Rows) = settings.Table switch
        {
            1 => ("Classification accuracy, non-linear probe (table 1)", Probes("conv", "fc", "Y"), Baselines()),
            2 => ("Classification accuracy, non-linear probe and fine-tuning (table 2)", [.. Probes("conv", "fc", "Y"), Measure.FewLabels],
                [.. Baselines(), .. WithFewLabels()]),
            3 => ("Comparison with CPC on strided crops (table 3)", Probes("conv"), OnCrops()),
            4 => ("Other measures (table 4)", Extended(), ExtendedRows()),
            5 => ("Coordinates and occlusion, infoNCE (table 5)", Probes("Y", "fc", "conv"), Structure()),
            _ => ("Every objective, linear probe", Linear("conv", "fc", "Y"), ObjectiveRows.Of(settings, channels)),
        };
    }

    public string Title { get; }

    public IReadOnlyList<Measure> Columns { get; }

    public IReadOnlyList<Row> Rows { get; }

    private NamedNetwork Plain => Networks.Plain(_channels, _side, _settings.Small);

    private static Measure[] Probes(params string[] columns) => [.. columns.Select(c => Measure.Nonlinear(c, c == "Y" ? "global" : c))];

    private static Measure[] Linear(params string[] columns) => [.. columns.Select(c => Measure.Linear(c, c == "Y" ? "global" : c))];

    private static Measure[] Extended() =>
    [
        Measure.Svm("SVM conv", "conv"), Measure.Svm("SVM fc", "fc"), Measure.Svm("SVM Y", "global"), Measure.Rebuilt, Measure.Mine,
            Measure.Dependence("NDM", sigmoid: false), Measure.Dependence("NDM σ", sigmoid: true),
    ];

    private IReadOnlyList<Row> Baselines() =>
    [
        Supervised(),
        Learned("untrained", null),
        Learned("AE", new Autoencoder { Decoder = Decoder }),
        Learned("VAE", new VariationalAutoencoder { Decoder = Decoder }),
        Learned("β-VAE", new VariationalAutoencoder { Decoder = Decoder, Beta = 4 }),
        Learned("AAE", new AdversarialAutoencoder { Decoder = Decoder }),
        BiGan(),
        Learned("NAT", new NoiseAsTargets()),
        Learned("DIM(G)", Dim(DimWeights.PaperGlobal, () => new JensenShannonEstimator())),
        Learned("DIM(L) DV", Dim(DimWeights.PaperLocal, () => new DonskerVaradhanEstimator())),
        Learned("DIM(L) JSD", Dim(DimWeights.PaperLocal, () => new JensenShannonEstimator())),
        Learned("DIM(L) infoNCE", Dim(DimWeights.PaperLocal, () => new InfoNceEstimator())),
    ];

    /// <summary>The paper does not say which estimator these rows have; Jensen–Shannon, as in the first release of its code.</summary>
    private IReadOnlyList<Row> ExtendedRows() =>
    [
        .. Baselines().Where(r => r.Name is "untrained" or "VAE" or "AAE" or "BiGAN" or "NAT" or "DIM(G)"),
        Learned("DIM(L+G)", Dim(DimWeights.PaperLocalAndGlobal, () => new JensenShannonEstimator())),
        Learned("DIM(L) JSD", Dim(DimWeights.PaperLocal, () => new JensenShannonEstimator())),
    ];

    private IReadOnlyList<Row> Structure()
    {
        LearnedRow plain = Learned("DIM(L) infoNCE", Dim(DimWeights.PaperLocal, () => new InfoNceEstimator()));
        LearnedRow coordinates = plain with { Name = "+ coord", Add = Coordinates };
        return
        [
            plain,
            coordinates,
            plain with { Name = "+ occlude", Wrap = Occlude },
            coordinates with { Name = "+ coord + occlude", Wrap = Occlude },
        ];
    }

    private IReadOnlyList<Row> OnCrops() =>
    [
        new LearnedRow("untrained", Networks.Crops(_channels, _side, _settings.Small), null),
        new LearnedRow("DIM(L) single global", Networks.Crops(_channels, _side, _settings.Small),
            Dim(DimWeights.ReferenceCodeLocal, () => new InfoNceEstimator())),
        new LearnedRow("CPC", Networks.CropsAlone(_channels, _side, _settings.Small), new ContrastivePredictiveCoding()),
        new LearnedRow("DIM(L) multiple globals", Networks.CropsWithSeveral(_channels, _side, _settings.Small),
            Dim(DimWeights.ReferenceCodeLocal, () => new InfoNceEstimator())),
    ];

    private LearnedRow Learned(string name, IRepresentationMethod? method) => new(name, Plain, method);

    /// <summary>At the rate of the small settings the game needs a gradient penalty, or its discriminator runs away.</summary>
    private LearnedRow BiGan()
    {
        double penalty = _settings.Small ? 1 : 0;
        return Learned("BiGAN", new BidirectionalGan { Decoder = Decoder, GradientPenaltyWeight = penalty }) with
        {
            Remark = _settings.Small ? "gradient penalty 1" : ""
        };
    }

    private LabeledRow Supervised()
    {
        SupervisedBaseline Baseline(int? labels, int seed) =>
            new() { LabelCount = labels, Seed = seed, Epochs = _settings.Small ? 20 : 100 };
        var cells = new Dictionary<string, Func<Data.LabeledData, Data.LabeledData, int, CancellationToken, ProbeResult>>
        {
            ["conv"] = (train, test, seed, cancellation) => Baseline(_settings.Labels, seed)
                .Evaluate(Encoder, train, test, "fc", cancellation),
        };
        if (_settings.Table == 2)
        {
            cells["SS"] = (train, test, seed, cancellation) =>
                Baseline(Few(train), seed).Evaluate(Encoder, train, test, "fc", cancellation);
        }

        return new LabeledRow("fully supervised", cells);
    }

    private IReadOnlyList<Row> WithFewLabels()
    {
        int epochs = _settings.Small ? 10 : 100;
        return
        [
            new LabeledRow("VAT", new Dictionary<string, Func<Data.LabeledData, Data.LabeledData, int, CancellationToken, ProbeResult>>
            {
                ["SS"] = (train, test, seed, cancellation) =>
                    new VirtualAdversarialTraining { LabelCount = Few(train), Seed = seed, Epochs = epochs }.Evaluate(Encoder, train, test,
                    "fc", cancellation),
            }),
            new LabeledRow("ladder network",
                new Dictionary<string, Func<Data.LabeledData, Data.LabeledData, int, CancellationToken, ProbeResult>>
            {
                // The published weights are for dense networks on digits; 1 everywhere is the documentation's advice for small problems.
                ["SS"] = (train, test, seed, cancellation) =>
                    new LadderNetwork { LabelCount = Few(train), Seed = seed, Epochs = epochs, DenoisingWeights = [1.0],
                    Device = torch.device(_settings.Device) }.Evaluate(Plain.Description, train, test, cancellation),
            }),
        ];
    }

    private int Few(Data.LabeledData train) => Math.Min(_settings.FewLabels, train.Count);

    private ConvEncoder Encoder(int seed)
    {
        var encoder = new ConvEncoder(Plain.Description, seed);
        encoder.to(torch.device(_settings.Device));
        return encoder;
    }

    private ReconstructionDecoder Decoder(long units, IReadOnlyList<long> shape, int? seed) =>
        new(units, shape, _settings.DecoderWidth, seed);

    private DimObjectives Dim(DimWeights weights, Func<MIEstimator> estimator) => new()
    {
        Weights = weights,
        Estimator = estimator,
        Units = _settings.Units,
        LocationSamples = _settings.Locations,
    };

    private static OccludingEncoder Occlude(Encoder encoder, int seed) => new(encoder, seed: seed);

    private void Coordinates(Training.DimTrainer trainer) => trainer
        .Add((shape, seed) => Coordinates(shape, relative: false, seed))
        .Add((shape, seed) => Coordinates(shape, relative: true, seed));

    private CoordinatePrediction Coordinates(EncoderSignature shape, bool relative, int seed) =>
        new(shape.LocalChannels, shape.GlobalUnits, shape.SpatialShape, relative, _settings.Small ? 256 : 512, seed);
}
