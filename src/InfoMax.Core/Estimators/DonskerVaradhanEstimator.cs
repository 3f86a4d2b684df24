using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// Donsker–Varadhan: E over positives of u − log E over negatives of e^u (paper, equation 2).
/// </summary>
/// <remarks>
/// The tightest bound of its family for a perfect critic and unlimited negatives; on a batch the logarithm of a mean makes the value too large on
/// average, so it is a lower bound only in the limit, and its variance grows exponentially with the true mutual information. No ceiling.
/// The mean in the partition function is over the true number of negatives. Source: Donsker and Varadhan, 1983.
/// </remarks>
public sealed class DonskerVaradhanEstimator : MIEstimator
{
    /// <inheritdoc/>
    public override string Name => "donsker-varadhan";

    /// <inheritdoc/>
    public override string Formula => "E₊[u] − log E₋[e^u]";

    /// <inheritdoc/>
    public override BoundKind ObjectiveKind => BoundKind.Approximation;

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.Approximation;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.PartitionDifference(ScoreFunctions.Identity);
    }

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores) => Objective(scores);

    /// <inheritdoc/>
    public override Tensor? Reading(Tensor objective, ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.detach();
    }
}
