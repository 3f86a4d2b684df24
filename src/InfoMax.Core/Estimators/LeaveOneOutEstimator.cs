using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// Leave-one-out, an upper bound: E₊[u − log E[e^v]], the mean of e^v over the negatives v of the global vector, where the score u is log q(y | x), the log-likelihood of a
/// conditional model such as <see cref="Critics.GaussianCritic"/>.
/// </summary>
/// <remarks>
/// As <see cref="ClubEstimator"/>, with the batch's mixture of conditionals in place of the marginal: an upper bound if the model is right, tighter than CLUB. Source: Poole et al., 2019, equation 17.
/// </remarks>
public sealed class LeaveOneOutEstimator : ConditionalEstimator
{
    /// <inheritdoc/>
    public override string Name => "leave-one-out";

    /// <inheritdoc/>
    public override string Formula => "E₊[log q(y|x) − log E₋[q(y|x')]]";

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.MeanContrast(new LogRatio(scores.NegativesPerGlobal));
    }

    private sealed class LogRatio(double negatives) : ContrastFunction
    {
        public override Tensor Value(Tensor positives, Tensor logSumExpNegatives)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(positives.sub(logSumExpNegatives).add(Math.Log(negatives)));
        }
    }
}
