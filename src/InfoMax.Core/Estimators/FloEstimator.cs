using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>
/// FLO: E₊[h + 1 − e^(h − u) · E[e^v]], the mean of e^v over the negatives v of the global vector, where h learns the pointwise mutual information. Here h = u − b with a learned function b
/// of the pair, so that h is right at first where the score is.
/// </summary>
/// <remarks>
/// A lower bound in nats for any b, without a ceiling. TUBA is the case in which b depends on the global vector alone. Source: Guo et al., "Tight mutual information estimation with
/// contrastive Fenchel–Legendre optimization", 2022, equation 8.
/// </remarks>
public sealed class FloEstimator : BaselineEstimator
{
    /// <summary>Creates the estimator with a network of its own.</summary>
    /// <param name="globalUnits">Units of the global vectors behind the scores, 1 or more.</param>
    /// <param name="localUnits">Units of the local vectors behind the scores, 1 or more.</param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 64.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    public FloEstimator(long globalUnits, long localUnits, long hiddenUnits = 64, int? seed = null)
        : this(new PairBaseline(globalUnits, localUnits, hiddenUnits, seed))
    {
    }

    /// <summary>Creates the estimator.</summary>
    /// <param name="baseline">The function b, <c>[N, K, L]</c> or <c>[N, K, 1]</c>.</param>
    public FloEstimator(Baseline baseline)
        : base(baseline)
    {
    }

    /// <inheritdoc/>
    public override string Name => "flo";

    /// <inheritdoc/>
    public override string Formula => "E₊[1 + u − b − e^(−b) · E₋[e^u]]";

    private protected override bool PairBaselineAllowed => true;

    private protected override ContrastFunction Contrast(ScoreMatrix scores) => new UnnormalizedContrast(scores.NegativesPerGlobal);
}
