using InfoMax.Estimators;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// Leave-one-out, an upper bound: E₊[u − log E[e^v]], with the mean of e^v over the negatives v of the global vector, where the score u is
/// log q(y | x), the log-likelihood of a conditional model such as <see cref="GaussianCritic"/>.
/// </summary>
/// <remarks>
/// Like <see cref="ClubEstimator"/>, with the batch's mixture of conditionals in place of the marginal: an upper bound if the model is
/// right, and tighter than CLUB. Source: Poole et al., 2019, equation 17.
/// </remarks>
public sealed class LeaveOneOutEstimator()
    : MIEstimator("leave-one-out", BoundKind.Surrogate, BoundKind.UpperBound, "E₊[log q(y|x) − log E₋[q(y|x')]]")
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
    public override Tensor Objective(ScoreMatrix scores) => ClubEstimator.Likelihood(scores);

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double logNegatives = Math.Log(scores.NegativesPerGlobal);
        return scores.MeanContrast(ContrastFunction.From((positives, logSumExp) => positives - logSumExp + logNegatives));
    }
}
