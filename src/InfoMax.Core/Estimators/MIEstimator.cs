using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// A variational estimator of mutual information: turns scores of positive and negative pairs into something to ascend and something to
/// report. Extension point: one new class with the two methods.
/// </summary>
/// <remarks>
/// <para><see cref="Objective"/> is what training ascends; the loss of the paper is its negative. <see cref="Estimate"/> is what to report of the
/// same scores, in nats where that is possible. They differ where the objective is shifted by a constant or measures another divergence.</para>
/// <para>The built-in estimators are stateless and immutable: one object may serve many objectives and threads.</para>
/// </remarks>
public abstract class MIEstimator
{
    /// <summary>Short name for metrics and reports, in lower case with dashes, such as "infonce".</summary>
    public abstract string Name { get; }

    /// <summary>What <see cref="Objective"/> measures.</summary>
    public abstract BoundKind ObjectiveKind { get; }

    /// <summary>What <see cref="Estimate"/> measures.</summary>
    public abstract BoundKind EstimateKind { get; }

    /// <summary>The quantity to maximise.</summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <returns>A differentiable scalar of the scores' dtype that belongs to the caller or its dispose scope.</returns>
    public abstract Tensor Objective(ScoreMatrix scores);

    /// <summary>The quantity to report.</summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <returns>A scalar in nats (unless <see cref="EstimateKind"/> is <see cref="BoundKind.Surrogate"/>) that belongs to the caller or its dispose scope.</returns>
    public abstract Tensor Estimate(ScoreMatrix scores);

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
}
