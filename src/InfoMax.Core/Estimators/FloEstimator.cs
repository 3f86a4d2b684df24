using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// FLO: E₊[h + 1 − e^(h − u) · E[e^v]], with the mean of e^v over the negatives v of the global vector, where h learns the pointwise mutual
/// information. Here h = u − b with a learned function b of the pair, so that h is initially right where the score is.
/// </summary>
/// <remarks>
/// A lower bound in nats for any b, without a ceiling. TUBA is the special case in which b depends on the global vector alone. Source: Guo
/// et al., "Tight mutual information estimation with contrastive Fenchel–Legendre optimization", 2022, equation 8.
/// </remarks>
public sealed class FloEstimator : MIEstimator
{
    private readonly Baseline _baseline;

    /// <summary>Creates the estimator with <see cref="Baseline.OfPair"/> as its function b.</summary>
    /// <param name="globalUnits">Units of the global vectors behind the scores, 1 or more.</param>
    /// <param name="localUnits">Units of the local vectors behind the scores, 1 or more.</param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 64.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public FloEstimator(long globalUnits, long localUnits, long hiddenUnits = 64, int? seed = null)
        : this(Baseline.OfPair(globalUnits, localUnits, hiddenUnits, seed))
    {
    }

    /// <summary>Creates the estimator.</summary>
    /// <param name="baseline">The function b, <c>[N, K, L]</c> or <c>[N, K, 1]</c>. It is the estimator's <see cref="State"/>.</param>
    public FloEstimator(Baseline baseline)
        : base("flo", BoundKind.LowerBound, BoundKind.LowerBound, "E₊[1 + u − b − e^(−b) · E₋[e^u]]")
    {
        ArgumentNullException.ThrowIfNull(baseline);
        _baseline = baseline;
    }

    /// <summary>The function b, which learns with the critic.</summary>
    public override nn.Module State => _baseline;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Baseline.MeanContrast(scores, _baseline, new UnnormalizedContrast(scores.NegativesPerGlobal), pairsAllowed: true);
    }

    /// <inheritdoc/>
    public override Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores) => Detached(objective);
}
