using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Local Deep InfoMax across two views: the vectors of one view are contrasted with the locations of the other, both ways (AMDIM, Bachman et al., 2019). Needs an encoder that gives two views,
/// <see cref="TwoViewEncoder"/>. Metrics: "nats", the mean of the two readings.
/// </summary>
/// <remarks>
/// By default the global vector asks and the local map answers. Any feature may take either part, so that scores across scales are one objective for each pair of scales: AMDIM sums (1 → 5), (1 → 7) and (5 → 5), the sides of
/// three feature maps, with a <see cref="ScoreClip"/>. A map that asks is a set of vectors, of which <see cref="GlobalSamples"/> may be drawn.
/// </remarks>
public sealed class TwoViewInfoMax : Objective
{
    private readonly MIEstimator _estimator;
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    /// <summary>Creates the objective.</summary>
    /// <param name="critic">The critic, for local vectors of the channels of <paramref name="to"/> and global ones of <paramref name="from"/>. Owned by the objective.</param>
    /// <param name="estimator">The estimator to ascend; if it has a state, it belongs to this objective from now on.</param>
    /// <param name="from">Name of the feature that asks, "local" for the local map; default "global".</param>
    /// <param name="to">Name of the feature that answers; default "local", the local map.</param>
    /// <param name="seed">Seed of sampling; null draws it from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">The estimator may not be maximized, or needs another kind of critic.</exception>
    public TwoViewInfoMax(Critic critic, MIEstimator estimator, string from = EncoderOutput.GlobalFeature, string to = FeatureOf.Local, int? seed = null)
        : base("views")
    {
        MutualInformationTerm.Check(estimator, critic);
        ArgumentException.ThrowIfNullOrWhiteSpace(from);
        ArgumentException.ThrowIfNullOrWhiteSpace(to);
        (_critic, _estimator, From, To) = (critic, estimator, from, to);
        _random = new RandomSource(seed ?? Initialization.GlobalSeed(), purpose: 11);
        RegisterComponents();
        if (estimator.State is { } state)
        {
            register_module("estimator", state);
        }
    }

    /// <summary>Name of the feature that asks.</summary>
    public string From { get; }

    /// <summary>Name of the feature that answers.</summary>
    public string To { get; }

    /// <summary>Locations of each example to draw per step among those that answer; null (the default) takes all.</summary>
    /// <value>At least 1, or null.</value>
    public int? LocationSamples
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(LocationSamples));
    }

    /// <summary>Vectors of each example to draw per step among those that ask; null (the default) takes all.</summary>
    /// <value>At least 1, or null.</value>
    public int? GlobalSamples
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(GlobalSamples));
    }

    /// <summary>Keeps scores within a limit; null (the default) leaves them as they are.</summary>
    public ScoreFunction? ScoreClip { get; init; }

    /// <summary>The estimator.</summary>
    public MIEstimator Estimator => _estimator;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        EncoderOutput other = FeatureOf.Other(output, nameof(TwoViewEncoder));
        return MutualInformationTerm.Mean([Across(output, other), Across(other, output)]);
    }

    private ObjectiveResult Across(EncoderOutput asking, EncoderOutput answering)
    {
        LocalFeatureMap locals = MutualInformationTerm.Sample(FeatureOf.Map(answering, To), LocationSamples, _random.Generator);
        Tensor globals = MutualInformationTerm.Sample(FeatureOf.Vectors(asking, From), GlobalSamples, _random.Generator);
        using ScoreMatrix scores = _critic.call(locals, globals);
        return MutualInformationTerm.Evaluate(_estimator, scores, Weight / 2, ScoreClip);
    }
}
