using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>Donsker–Varadhan: E₊[u] − log E₋[e^u] (paper, equation 2).</summary>
/// <remarks>
/// The tightest bound of its family for a perfect critic and unlimited negatives. On a batch, the logarithm of a mean makes the value too
/// large on average, so it is a lower bound only in the limit. Its variance grows exponentially with the true mutual information. No
/// ceiling. The mean in the partition function is over the true number of negatives. Source: Donsker and Varadhan, 1983.
/// </remarks>
public sealed class DonskerVaradhanEstimator()
    : MIEstimator("donsker-varadhan", BoundKind.Approximation, BoundKind.Approximation, "E₊[u] − log E₋[e^u]")
{
    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.PartitionDifference(ScoreFunctions.Identity);
    }

    /// <inheritdoc/>
    public override Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores) => Detached(objective);
}
