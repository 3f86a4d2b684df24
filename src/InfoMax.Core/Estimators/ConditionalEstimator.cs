using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>An upper bound read from a conditional model: its scores are log q(y | x), with y the global and x the local vector.</summary>
public abstract class ConditionalEstimator : MIEstimator
{
    private protected ConditionalEstimator()
    {
    }

    /// <inheritdoc/>
    public override BoundKind ObjectiveKind => BoundKind.Surrogate;

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.UpperBound;

    /// <inheritdoc/>
    public override Sides MayMaximize => Sides.None;

    /// <inheritdoc/>
    public override Sides MayMinimize => Sides.Both;

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => null;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => null;

    /// <summary>The mean log-likelihood of the positives, E₊[log q(y | x)], for the model to ascend.</summary>
    /// <param name="scores">Log-likelihoods of all pairs of the batch.</param>
    /// <returns>A differentiable scalar in nats that belongs to the caller or its dispose scope.</returns>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.Positives().mean());
    }
}
