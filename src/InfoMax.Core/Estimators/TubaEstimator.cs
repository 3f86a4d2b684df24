using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>
/// TUBA: 1 + E₊[u − log a] − E₋[e^(u − log a)], with a baseline a of the global vector that approximates its partition function E[e^u].
/// </summary>
/// <remarks>
/// A lower bound in nats for any baseline, unbiased and without a ceiling; of lower variance than <see cref="NwjEstimator"/> (the constant baseline e) where the baseline is good. The
/// value is −∞ where a negative exceeds its baseline by more than the logarithm of the largest number. Sources: Barber and Agakov, 2003; Poole et al., 2019, equation 8.
/// </remarks>
public sealed class TubaEstimator : BaselineEstimator
{
    /// <summary>Creates the estimator with a learned constant.</summary>
    public TubaEstimator()
        : base(new ConstantBaseline())
    {
    }

    /// <summary>Creates the estimator.</summary>
    /// <param name="baseline">A baseline of the global vector, <c>[N, K, 1]</c>.</param>
    public TubaEstimator(Baseline baseline)
        : base(baseline)
    {
    }

    /// <inheritdoc/>
    public override string Name => "tuba";

    /// <inheritdoc/>
    public override string Formula => "1 + E₊[u − log a] − E₋[e^u / a]";

    private protected override ContrastFunction Contrast(ScoreMatrix scores) => new UnnormalizedContrast(scores.NegativesPerGlobal);
}
