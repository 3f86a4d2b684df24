using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// The bound between InfoNCE and TUBA: 1 + E₊[u − log a] − E₋[e^u / a] with a = α·m + (1 − α)·q, m the mean of e^u over the candidates of the global vector and q a baseline.
/// </summary>
/// <remarks>
/// α = 0 is <see cref="TubaEstimator"/> (no ceiling, high variance), α = 1 is <see cref="InfoNceEstimator"/> (low variance, at most log of the number of candidates); between them the
/// ceiling is log(candidates / α). The mean m runs over positive and negatives for the positives' term, and over the negatives for the other, whose pair must be independent of it: a lower bound
/// in nats at both ends, and between them up to an excess of the order of 1/candidates². Source: Poole et al., 2019, equation 12.
/// </remarks>
public sealed class InterpolatedEstimator : BaselineEstimator
{
    /// <summary>Creates the estimator with a learned constant as baseline.</summary>
    /// <param name="alpha">The weight α of the batch's own mean, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside the range.</exception>
    public InterpolatedEstimator(double alpha)
        : this(alpha, new ConstantBaseline())
    {
    }

    /// <summary>Creates the estimator.</summary>
    /// <param name="alpha">The weight α of the batch's own mean, from 0 to 1.</param>
    /// <param name="baseline">A baseline of the global vector, <c>[N, K, 1]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside the range.</exception>
    public InterpolatedEstimator(double alpha, Baseline baseline)
        : base(baseline)
    {
        if (!(alpha >= 0 && alpha <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Expected a weight from 0 to 1.");
        }

        Alpha = alpha;
    }

    /// <summary>The weight α of the batch's own mean.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override string Name => "interpolated";

    /// <inheritdoc/>
    public override string Formula => "1 + E₊[u − log a] − E₋[e^u / a], a = α·m + (1 − α)·q";

    /// <inheritdoc/>
    public override double Ceiling(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Math.Log(1.0 + scores.NegativesPerGlobal) - Math.Log(Alpha);
    }

    private protected override ContrastFunction Contrast(ScoreMatrix scores) => Alpha == 0
        ? new UnnormalizedContrast(scores.NegativesPerGlobal)
        : new Interpolation(Alpha, scores.NegativesPerGlobal);

    /// <summary>With everything relative to the baseline: a = α·m + (1 − α).</summary>
    private sealed class Interpolation(double alpha, double negatives) : ContrastFunction
    {
        public override Tensor Value(Tensor positives, Tensor logSumExpNegatives)
        {
            using var scope = NewDisposeScope();
            Tensor logMeanOfAll = logaddexp(positives, logSumExpNegatives).sub(Math.Log(negatives + 1.0));
            if (alpha == 1.0)
            {
                // The other term is 1, whatever the scores.
                return scope.MoveToOuter(positives.sub(logMeanOfAll));
            }

            Tensor logMeanOfNegatives = logSumExpNegatives.sub(Math.Log(negatives));
            Tensor marginal = logMeanOfNegatives.sub(LogBaseline(logMeanOfNegatives)).exp();
            return scope.MoveToOuter(positives.sub(LogBaseline(logMeanOfAll)).add(1.0).sub(marginal));
        }

        private Tensor LogBaseline(Tensor logMean) => logaddexp(logMean.add(Math.Log(alpha)), full_like(logMean, Math.Log(1.0 - alpha)));
    }
}
