using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Scores;

namespace InfoMax.Objectives;

/// <summary>Describes the loss of Deep InfoMax as a whole (paper, equation 8); every part has the paper's value unless it is set.</summary>
public sealed record DimObjectives : IRepresentationMethod
{
    /// <summary>"DIM(L)", "DIM(G)" or "DIM(L+G)", by the weights.</summary>
    public string Name => Weights switch
    {
        { Global: > 0, Local: > 0 } => "DIM(L+G)",
        { Global: > 0 } => "DIM(G)",
        _ => "DIM(L)",
    };

    /// <summary>The weights; default <see cref="DimWeights.PaperLocal"/>.</summary>
    public DimWeights Weights { get; init; } = DimWeights.PaperLocal;

    /// <summary>Makes the estimator of a term; it is called once for each, since an estimator may have a state. Default <see cref="InfoNceEstimator"/>.</summary>
    public Func<MIEstimator> Estimator { get; init; } = () => new InfoNceEstimator();

    /// <summary>The prior; default <see cref="Priors.Prior.Uniform"/>.</summary>
    public Priors.Prior Prior { get; init; } = Priors.Prior.Uniform;

    /// <summary>
    /// Makes the critic of the local term from the encoder's sizes and a seed; null (the default) for encode-and-dot-product, <see cref="SeparableCritic"/>, with <see cref="Units"/> and <see cref="Projections"/>.
    /// </summary>
    public Func<EncoderSignature, int?, Critic>? LocalCritic { get; init; }

    /// <summary>Units of the default local critic's common space.</summary>
    /// <value>At least 1; default 2048, as in the paper.</value>
    public int Units
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Units));
            field = value;
        }
    } = 2048;

    /// <summary>Precision of the default local critic's projections; default <see cref="ProductPrecision.Full"/>.</summary>
    public ProductPrecision Projections { get; init; } = ProductPrecision.Full;

    /// <summary>Makes the critic of the global term; default the concatenating one, <see cref="GlobalConcatCritic"/>.</summary>
    public Func<EncoderSignature, int?, Critic> GlobalCritic { get; init; } = (shape, seed) => new GlobalConcatCritic(shape.LocalSize, shape.GlobalUnits, seed: seed);

    /// <summary>Locations to sample per step in the local term; null (the default) takes all.</summary>
    public int? LocationSamples { get; init; }

    /// <summary>Global vectors to sample per step in the local term, of encoders that give several; null (the default) takes all.</summary>
    public int? GlobalSamples { get; init; }

    /// <summary>The settings in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Makes the objectives, in the order local, global, prior; those of weight 0 are left out.</summary>
    /// <param name="shape">Sizes of what the encoder gives.</param>
    /// <param name="seed">Seed of everything random in them; null draws from TorchSharp's global generator.</param>
    /// <returns>The objectives; they belong to the caller, usually to be given to a <see cref="DimLoss"/>.</returns>
    /// <exception cref="ArgumentException">A weight is out of range, or all of mutual information has weight 0; every fault is named.</exception>
    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Check();
        var objectives = new List<Objective>();
        if (Weights.Local > 0)
        {
            int? local = ObjectiveSeeds.Of(seed, "local");
            objectives.Add(new LocalInfoMax(CreateLocalCritic(shape, local), Estimator(), local)
            {
                Weight = Weights.Local,
                LocationSamples = LocationSamples,
                GlobalSamples = GlobalSamples,
            });
        }

        if (Weights.Global > 0)
        {
            objectives.Add(new GlobalInfoMax(GlobalCritic(shape, ObjectiveSeeds.Of(seed, "global")), Estimator()) { Weight = Weights.Global });
        }

        if (Weights.Prior > 0)
        {
            objectives.Add(new PriorMatching(shape.GlobalUnits, Prior, Weights.Prior, ObjectiveSeeds.Of(seed, "prior")));
        }

        return objectives;
    }

    private Critic CreateLocalCritic(EncoderSignature shape, int? seed) =>
        LocalCritic?.Invoke(shape, seed) ?? new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, Units, seed) { Projections = Projections };

    /// <summary>Throws unless the description can be built.</summary>
    internal void Check()
    {
        string[] faults = [.. Weights.Faults()];
        if (faults.Length > 0)
        {
            throw new ArgumentException("The loss cannot be built: " + string.Join("; ", faults) + ".", nameof(Weights));
        }
    }
}
