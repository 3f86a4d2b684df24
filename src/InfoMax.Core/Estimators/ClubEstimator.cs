using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// CLUB, an upper bound: E₊[u] − E₋[u], where the score u is log q(y | x), the log-likelihood of a conditional model such as <see cref="Critics.GaussianCritic"/>.
/// </summary>
/// <remarks>
/// <see cref="ConditionalEstimator.Objective"/> is the mean log-likelihood of the positives, which the model ascends; <see cref="Estimate"/> is the bound. It is one if the model is right, and otherwise
/// may lie anywhere, also below 0. Made for lowering mutual information: descend the estimate through the vectors while the model ascends its objective. Source: Cheng et al., 2020.
/// </remarks>
public sealed class ClubEstimator : ConditionalEstimator
{
    /// <inheritdoc/>
    public override string Name => "club";

    /// <inheritdoc/>
    public override string Formula => "E₊[log q(y|x)] − E₋[log q(y|x)]";

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.MeanDifference(ScoreFunctions.Identity, ScoreFunctions.Identity);
    }
}
