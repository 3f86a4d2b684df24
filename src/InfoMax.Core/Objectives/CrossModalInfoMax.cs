using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using TorchSharp.Utils;

namespace InfoMax.Objectives;

/// <summary>
/// Contrasts two modalities of the same examples (images and texts, two sensors): maximizes the mutual information between their codes, in
/// both directions. Needs an output with a second encoding, from a <see cref="PairedEncoder"/> or
/// <c>new EncoderOutput(…) { Paired = … }</c>. Metrics: "nats", the mean of the two estimates.
/// </summary>
/// <remarks>
/// With InfoNCE it is the symmetric loss of CLIP (Radford et al., 2021): one matrix of scores, by rows and by columns. Any feature of
/// either modality may be its code. With maps, each vector of the first is contrasted with all locations of the second.
/// </remarks>
public sealed class CrossModalInfoMax : Objective
{
    private readonly MIEstimator _estimator;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    /// <summary>Creates the objective with the encode-and-dot-product critic.</summary>
    /// <param name="firstUnits">Units of the first modality's code, 1 or more.</param>
    /// <param name="secondUnits">Units of the second modality's code, 1 or more.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="units">Units of the critic's common space, 1 or more; default 512.</param>
    /// <param name="seed">Seed of the critic's weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public CrossModalInfoMax(long firstUnits, long secondUnits, MIEstimator estimator, long units = 512, int? seed = null)
        : this(new SeparableCritic(secondUnits, firstUnits, units, seed), estimator)
    {
    }

    /// <summary>Creates the objective with a critic of your own.</summary>
    /// <param name="critic">
    /// The critic, with the first modality as global and the second as local vector; it must score all pairs. Owned by the objective.
    /// </param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="first">Name of the first modality's feature; default "global".</param>
    /// <param name="second">Name of the second modality's feature; default "global".</param>
    /// <exception cref="ArgumentException">The estimator must not be maximized, or needs another kind of critic.</exception>
    public CrossModalInfoMax(
        Critic critic, MIEstimator estimator, string first = EncoderOutput.GlobalFeature, string second = EncoderOutput.GlobalFeature)
        : base("modalities", ObjectiveNeeds.None)
    {
        MutualInformationTerm.Check(estimator, critic);
        ArgumentException.ThrowIfNullOrWhiteSpace(first);
        ArgumentException.ThrowIfNullOrWhiteSpace(second);
        (_critic, _estimator, First, Second) = (critic, estimator, first, second);
        RegisterComponents();
        if (estimator.State is { } state)
        {
            register_module("estimator", state);
        }
    }

    /// <summary>Name of the first modality's feature.</summary>
    public string First { get; }

    /// <summary>Name of the second modality's feature.</summary>
    public string Second { get; }

    /// <summary>Keeps scores within a limit; null (the default) does not clip.</summary>
    public ScoreFunction? ScoreClip { get; init; }

    /// <summary>The estimator.</summary>
    public MIEstimator Estimator => _estimator;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        EncoderOutput other = FeatureOf.Paired(output, nameof(PairedEncoder));
        using ScoreMatrix scores = _critic.call(FeatureOf.Map(other, Second), FeatureOf.Vectors(output, First));
        if (scores.IsSampled)
        {
            throw new InvalidOperationException(
                $"Expected a critic that scores all pairs, since both modalities are contrasted; got sampled scores from " +
                $"{_critic.GetType().Name}.");
        }

        using ScoreMatrix transposed = scores.Transposed();
        return MutualInformationTerm.Mean([
            MutualInformationTerm.Evaluate(_estimator, scores, Weight / 2, ScoreClip),
            MutualInformationTerm.Evaluate(_estimator, transposed, Weight / 2, ScoreClip),
        ]);
    }
}
