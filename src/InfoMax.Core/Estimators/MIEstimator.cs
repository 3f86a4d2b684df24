using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// A variational estimator of mutual information: turns scores of positive and negative pairs into something to ascend and something to
/// report. Extension point: one new class with the two methods.
/// </summary>
/// <remarks>
/// <para><see cref="Objective"/> is what training ascends; the loss of the paper is its negative. <see cref="Estimate"/> is what to report of the
/// same scores, in nats where that is possible. They differ where the objective is shifted by a constant or measures another divergence.</para>
/// <para>Estimators without <see cref="State"/> are immutable: one object may serve many objectives and threads. One with state belongs to one objective.</para>
/// <para>In the formulas u is a score, E₊ the mean over positives, E₋ the mean over negatives.</para>
/// </remarks>
public abstract class MIEstimator
{
    /// <summary>Short name for metrics and reports, in lower case with dashes, such as "infonce".</summary>
    public abstract string Name { get; }

    /// <summary>The objective as a formula, for reports; the default is the name.</summary>
    public virtual string Formula => Name;

    /// <summary>What <see cref="Objective"/> measures.</summary>
    public abstract BoundKind ObjectiveKind { get; }

    /// <summary>What <see cref="Estimate"/> measures.</summary>
    public abstract BoundKind EstimateKind { get; }

    /// <summary>
    /// Through which vectors the objective may be ascended to raise mutual information, besides the critic; <see cref="Sides.Both"/> by default. Objectives
    /// that train representations refuse an estimator that lacks one.
    /// </summary>
    public virtual Sides MayMaximize => Sides.Both;

    /// <summary>
    /// Through which vectors the estimate may be descended to lower mutual information; <see cref="Sides.None"/> by default: lowering a lower bound only makes the
    /// critic worse.
    /// </summary>
    public virtual Sides MayMinimize => Sides.None;

    /// <summary>Whether the value means something only for a critic that is 1-Lipschitz in its inputs; false by default.</summary>
    public virtual bool NeedsLipschitzCritic => false;

    /// <summary>
    /// The logarithm of the ratio of the joint density to the product of the marginals as a function of the score of a perfect critic: the score itself by default. Null if the
    /// score does not tell it. Some estimators leave a constant (<see cref="DonskerVaradhanEstimator"/>) or a function of the global vector
    /// (<see cref="InfoNceEstimator"/>) undetermined.
    /// </summary>
    public virtual ScoreFunction? ToLogRatio => ScoreFunctions.Identity;

    /// <summary>The inverse of <see cref="ToLogRatio"/>: the score that this estimator expects where the logarithm of the ratio is given.</summary>
    public virtual ScoreFunction? FromLogRatio => ScoreFunctions.Identity;

    /// <summary>
    /// What the estimator remembers or learns, to be trained, saved, moved and disposed with the module that uses it; null (the default) if it is stateless.
    /// Objectives register it as their own.
    /// </summary>
    public virtual nn.Module? State => null;

    /// <summary>The quantity to maximize.</summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <returns>A differentiable scalar of the scores' dtype that belongs to the caller or its dispose scope.</returns>
    public abstract Tensor Objective(ScoreMatrix scores);

    /// <summary>The quantity to report.</summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <returns>A scalar in nats (unless <see cref="EstimateKind"/> is <see cref="BoundKind.Surrogate"/>) that belongs to the caller or its dispose scope.</returns>
    public abstract Tensor Estimate(ScoreMatrix scores);

    /// <summary>
    /// <see cref="Estimate"/> of the scores of a critic that was trained with another estimator: they are brought to the form that this one expects.
    /// </summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <param name="trainedWith">The estimator whose objective the critic ascended.</param>
    /// <returns>A scalar as from <see cref="Estimate"/>.</returns>
    /// <exception cref="ArgumentException">The scores of that estimator do not tell a density ratio, or this one cannot be read from one.</exception>
    public Tensor Read(ScoreMatrix scores, MIEstimator trainedWith)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(trainedWith);
        if (trainedWith == this || trainedWith.GetType() == GetType())
        {
            return Estimate(scores);
        }

        if (trainedWith.ToLogRatio is not { } to || FromLogRatio is not { } from)
        {
            throw new ArgumentException($"Scores trained with {trainedWith.Name} cannot be read with {Name}: no density ratio leads from one to the other.", nameof(trainedWith));
        }

        using var scope = NewDisposeScope();
        ScoreMatrix ratios = to == ScoreFunctions.Identity ? scores : scores.Map(to);
        return scope.MoveToOuter(Estimate(from == ScoreFunctions.Identity ? ratios : ratios.Map(from)));
    }

    /// <summary>
    /// What <see cref="Estimate"/> would give, from an objective already computed on the same scores, without a second pass over them; null (the default) if it
    /// cannot be had from the objective alone. Training reports it.
    /// </summary>
    /// <param name="objective">The value of <see cref="Objective"/>.</param>
    /// <param name="scores">The scores; only their counts are read.</param>
    /// <returns>A new detached scalar that belongs to the caller or its dispose scope, or null.</returns>
    public virtual Tensor? Reading(Tensor objective, ScoreMatrix scores) => null;

    /// <summary>The largest value that <see cref="Estimate"/> can take on such scores, in nats; +∞ (the default) if there is none.</summary>
    /// <param name="scores">Scores of all pairs of the batch; only their counts are read.</param>
    /// <returns>The ceiling in nats.</returns>
    public virtual double Ceiling(ScoreMatrix scores) => double.PositiveInfinity;

    /// <summary>A scalar plus a constant, without the scalar.</summary>
    internal static Tensor Plus(Tensor scalar, double constant)
    {
        using (scalar)
        {
            return scalar.add(constant);
        }
    }

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
