using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Local Deep InfoMax across two views: contrasts the vectors of one view with the locations of the other, in both directions (AMDIM,
/// Bachman et al., 2019). Needs an encoder with two views, <see cref="TwoViewEncoder"/>. Metrics: "nats", the mean of the two estimates.
/// </summary>
/// <remarks>
/// By default the global vector is contrasted with the local map. Any feature may take either part, so that each pair of scales is one
/// objective: AMDIM sums (1 → 5), (1 → 7) and (5 → 5), the sides of three feature maps, with a <see cref="ScoreClip"/>. A map as
/// <see cref="From"/> is a set of vectors, of which <see cref="GlobalSamples"/> may be drawn.
/// </remarks>
public sealed class TwoViewInfoMax : Objective
{
    private readonly MIEstimator _estimator;
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    /// <summary>Creates the objective.</summary>
    /// <param name="critic">
    /// The critic, for local vectors of the channels of <paramref name="to"/> and global vectors of <paramref name="from"/>. Owned by the
    /// objective.
    /// </param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="from">Name of the feature with the global vectors, "local" for the local map; default "global".</param>
    /// <param name="to">Name of the feature with the local vectors; default "local", the local map.</param>
    /// <param name="seed">Seed of sampling; null draws it from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">The estimator must not be maximized, or needs another kind of critic.</exception>
    public TwoViewInfoMax(
        Critic critic, MIEstimator estimator, string from = EncoderOutput.GlobalFeature, string to = FeatureOf.Local, int? seed = null)
        : base("views", ObjectiveNeeds.None)
    {
        MutualInformationTerm.Check(estimator, critic);
        ArgumentException.ThrowIfNullOrWhiteSpace(from);
        ArgumentException.ThrowIfNullOrWhiteSpace(to);
        (_critic, _estimator, From, To) = (critic, estimator, from, to);
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, "views between encodings").Of("samples"));
        RegisterComponents();
        if (estimator.State is { } state)
        {
            register_module("estimator", state);
        }
    }

    /// <summary>Name of the feature with the global vectors.</summary>
    public string From { get; }

    /// <summary>Name of the feature with the local vectors.</summary>
    public string To { get; }

    /// <summary>Locations of each example to sample per step; null (the default) takes all.</summary>
    /// <value>At least 1, or null.</value>
    public int? LocationSamples
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(LocationSamples));
    }

    /// <summary>Global vectors of each example to sample per step; null (the default) takes all.</summary>
    /// <value>At least 1, or null.</value>
    public int? GlobalSamples
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(GlobalSamples));
    }

    /// <summary>Keeps scores within a limit; null (the default) does not clip.</summary>
    public ScoreFunction? ScoreClip { get; init; }

    /// <summary>The estimator.</summary>
    public MIEstimator Estimator => _estimator;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        EncoderOutput other = FeatureOf.Paired(output, nameof(TwoViewEncoder));
        return MutualInformationTerm.Mean([Across(output, other), Across(other, output)]);
    }

    private ObjectiveResult Across(EncoderOutput from, EncoderOutput to)
    {
        LocalFeatureMap locals = MutualInformationTerm.Sample(FeatureOf.Map(to, To), LocationSamples, _random.Generator);
        Tensor globals = MutualInformationTerm.Sample(FeatureOf.Vectors(from, From), GlobalSamples, _random.Generator);
        using ScoreMatrix scores = _critic.call(locals, globals);
        return MutualInformationTerm.Evaluate(_estimator, scores, Weight / 2, ScoreClip);
    }
}
