using InfoMax.Estimators;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// CLUB, an upper bound: E₊[u] − E₋[u], where the score u is log q(y | x), the log-likelihood of a conditional model such as <see
/// cref="GaussianCritic"/>.
/// </summary>
/// <remarks>
/// <para><see cref="Objective"/> is the mean log-likelihood of the positives, which fits the model; <see cref="Estimate"/> is the bound. It
/// holds if the model is right; otherwise the value may lie anywhere, also below 0.</para>
/// <para>Its use is to lower mutual information: minimize the estimate through the vectors while the model maximizes its objective. Source:
/// Cheng et al., 2020.</para>
/// </remarks>
public sealed class ClubEstimator() : MIEstimator("club", BoundKind.Surrogate, BoundKind.UpperBound, "E₊[log q(y|x)] − E₋[log q(y|x)]")
{
    /// <inheritdoc/>
    public override bool TrainsRepresentations => false;

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => null;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => null;

    /// <summary>The mean log-likelihood of the positives, E₊[log q(y | x)], which the model maximizes.</summary>
    /// <param name="scores">Log-likelihoods of all pairs of the batch, in nats.</param>
    /// <returns>A differentiable scalar in nats that belongs to the caller or its dispose scope.</returns>
    public override Tensor Objective(ScoreMatrix scores) => Likelihood(scores);

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.MeanDifference(ScoreFunctions.Identity, ScoreFunctions.Identity);
    }

    /// <summary>The mean log-likelihood of the positives.</summary>
    internal static Tensor Likelihood(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.Positives().mean());
    }
}
