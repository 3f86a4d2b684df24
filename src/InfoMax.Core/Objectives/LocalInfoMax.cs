using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Utils;

namespace InfoMax.Objectives;

/// <summary>
/// Local Deep InfoMax, DIM(L): maximizes the mutual information between the global vector and each location of the feature map, averaged
/// over locations (paper, equation 6). Metrics: "nats", the estimate of the mutual information.
/// </summary>
public sealed class LocalInfoMax : Objective
{
    private readonly MIEstimator _estimator;
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    /// <summary>Creates the objective with the paper's encode-and-dot-product critic.</summary>
    /// <param name="localChannels">Channels per location, C, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="units">Units of the critic's common space, 1 or more; 2048 in the paper.</param>
    /// <param name="seed">Seed of the critic's weights and of location sampling; null draws from TorchSharp's global generator.</param>
    /// <param name="projections">Precision of the projections' matrix products, nine tenths of a step at 2048 units; default full.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public LocalInfoMax(
        long localChannels,
        long globalUnits,
        MIEstimator estimator,
        long units = SeparableCritic.DefaultUnits,
        int? seed = null,
        ProductPrecision projections = ProductPrecision.Full)
        : this(new SeparableCritic(localChannels, globalUnits, units, seed) { Projections = projections }, estimator, seed)
    {
    }

    /// <summary>Creates the objective with a critic of your own.</summary>
    /// <param name="critic">The critic. Owned by the objective.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="seed">Seed of location sampling; null draws it from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">The estimator must not be maximized, or needs another kind of critic.</exception>
    public LocalInfoMax(Critic critic, MIEstimator estimator, int? seed = null)
        : base("local", ObjectiveNeeds.None)
    {
        MutualInformationTerm.Check(estimator, critic);
        _critic = critic;
        _estimator = estimator;
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, "local information").Of("samples"));
        RegisterComponents();
        if (estimator.State is { } state)
        {
            register_module("estimator", state);
        }
    }

    /// <summary>
    /// Number of locations of each example to sample per step, before they are projected. The sample is unbiased, and its cost
    /// proportionally lower. Null (the default, as in the paper) takes all.
    /// </summary>
    /// <value>At least 1, or null.</value>
    public int? LocationSamples
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(LocationSamples));
    }

    /// <summary>
    /// Number of global vectors of each example to sample per step, for encoders with several; null (the default) takes all.
    /// </summary>
    /// <value>At least 1, or null.</value>
    public int? GlobalSamples
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(GlobalSamples));
    }

    /// <summary>Keeps scores within a limit; null (the default, as in the paper) does not clip.</summary>
    public ScoreFunction? ScoreClip { get; init; }

    /// <summary>The estimator.</summary>
    public MIEstimator Estimator => _estimator;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        LocalFeatureMap local = MutualInformationTerm.Sample(output.Local, LocationSamples, _random.Generator);
        using ScoreMatrix scores = _critic.call(local, MutualInformationTerm.Sample(output.Global, GlobalSamples, _random.Generator));
        return MutualInformationTerm.Evaluate(_estimator, scores, Weight, ScoreClip);
    }
}
