using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Scores;

namespace InfoMax.Objectives;

/// <summary>Describes the loss of Deep InfoMax as a whole (paper, equation 8). Every part has the paper's value unless it is set.</summary>
public sealed class DimObjectives : IRepresentationMethod
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

    /// <summary>
    /// Makes the estimator of a term. It is called once for each term, since an estimator may have a state. Default
    /// <see cref="InfoNceEstimator"/>.
    /// </summary>
    public Func<MIEstimator> Estimator { get; init; } = () => new InfoNceEstimator();

    /// <summary>The prior; default <see cref="Priors.Prior.Uniform"/>.</summary>
    public Priors.Prior Prior { get; init; } = Priors.Prior.Uniform;

    /// <summary>
    /// Makes the critic of the local term from the encoder's sizes and a seed; null (the default) for encode-and-dot-product,
    /// <see cref="SeparableCritic"/>, with <see cref="Units"/> and <see cref="Projections"/>.
    /// </summary>
    public Func<EncoderSignature, int?, Critic>? LocalCritic { get; init; }

    /// <summary>Units of the default local critic's common space.</summary>
    /// <value>At least 1; default 2048, as in the paper.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Units
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Units));
    } = SeparableCritic.DefaultUnits;

    /// <summary>Precision of the default local critic's projections; default <see cref="ProductPrecision.Full"/>.</summary>
    public ProductPrecision Projections { get; init; } = ProductPrecision.Full;

    /// <summary>Makes the critic of the global term; default the concatenating critic, <see cref="GlobalConcatCritic"/>.</summary>
    public Func<EncoderSignature, int?, Critic> GlobalCritic { get; init; } =
        (shape, seed) => new GlobalConcatCritic(shape.LocalSize, shape.GlobalUnits, seed: seed);

    /// <summary>Locations of each example to sample per step in the local term; null (the default) takes all.</summary>
    public int? LocationSamples { get; init; }

    /// <summary>Global vectors of each example to sample per step in the local term; null (the default) takes all.</summary>
    public int? GlobalSamples { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [.. Weights.Faults()];
        faults.AddRange(new[] { LocationSamples, GlobalSamples }.Where(count => count < 1)
            .Select(count => $"the number of sampled locations or globals must be at least 1, is {count}"));
        return faults;
    }

    /// <summary>Makes the objectives, in the order local, global, prior. Terms of weight 0 are left out.</summary>
    /// <param name="shape">Sizes of the encoder's output.</param>
    /// <param name="seed">Seed of everything random in them; null draws from TorchSharp's global generator.</param>
    /// <returns>The objectives; they belong to the caller, usually to be given to a <see cref="DimLoss"/>.</returns>
    /// <exception cref="ArgumentException">
    /// A setting is out of range, or both weights of mutual information are 0; every fault is named.
    /// </exception>
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
            Critic critic = GlobalCritic(shape, ObjectiveSeeds.Of(seed, "global"));
            objectives.Add(new GlobalInfoMax(critic, Estimator()) { Weight = Weights.Global });
        }

        if (Weights.Prior > 0)
        {
            objectives.Add(new PriorMatching(shape.GlobalUnits, Prior, Weights.Prior, ObjectiveSeeds.Of(seed, "prior")));
        }

        return objectives;
    }

    private void Check()
    {
        if (Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException("The loss cannot be built: " + string.Join("; ", faults) + ".", nameof(Weights));
        }
    }

    private Critic CreateLocalCritic(EncoderSignature shape, int? seed) =>
        LocalCritic?.Invoke(shape, seed)
        ?? new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, Units, seed) { Projections = Projections };
}
