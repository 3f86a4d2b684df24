using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// Jensen–Shannon: E over positives of log 2 − sp(−u) minus E over negatives of sp(u) − log 2, with sp(z) = log(1 + e^z) (paper, equation 4, with
/// log 2 added to each side, so that a critic that tells nothing apart gives 0).
/// </summary>
/// <remarks>
/// At the optimum the objective is twice the Jensen–Shannon divergence between joint and marginals, at most 2·log 2: stable, bounded, and good with few
/// negatives, but not in nats of mutual information. Its optimal critic is the log density ratio, so <see cref="Estimate"/> reads the same
/// scores with the Donsker–Varadhan formula; that value is an approximation, not a bound. Sources: Nowozin et al., 2016; the read-out, Song and Ermon, 2020.
/// </remarks>
public sealed class JensenShannonEstimator : MIEstimator
{
    /// <inheritdoc/>
    public override string Name => "jensen-shannon";

    /// <inheritdoc/>
    public override BoundKind ObjectiveKind => BoundKind.Surrogate;

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.Approximation;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.MeanDifference(ScoreFunctions.LogSigmoid, ScoreFunctions.Softplus).add(2.0 * Math.Log(2.0)));
    }

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.PartitionDifference(ScoreFunctions.Identity);
    }
}
