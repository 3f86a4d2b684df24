using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// The bound between InfoNCE and TUBA: 1 + E₊[u − log a] − E₋[e^u / a] with a = α·m + (1 − α)·q, where m is the mean of e^u over the
/// candidates of the global vector and q a baseline.
/// </summary>
/// <remarks>
/// <para>α = 0 is <see cref="TubaEstimator"/> (no ceiling, high variance). α = 1 is <see cref="InfoNceEstimator"/> (low variance, at most
/// the logarithm of the number of candidates). Between them the ceiling is log(candidates / α).</para>
/// <para>In the positives' term, m is the mean over the positive and the negatives; in the other term, whose pair must be independent of m,
/// it is the mean over the negatives. A lower bound in nats at both ends, and between them up to an excess of the order of 1/candidates².
/// Source: Poole et al., 2019, equation 12.</para>
/// </remarks>
public sealed class InterpolatedEstimator : MIEstimator
{
    private readonly Baseline _baseline;

    /// <summary>Creates the estimator.</summary>
    /// <param name="alpha">The weight α of the batch's own mean, from 0 to 1.</param>
    /// <param name="baseline">
    /// A baseline of the global vector, <c>[N, K, 1]</c>; null (the default) for a learned constant. It is the estimator's <see
    /// cref="State"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is outside the range.</exception>
    public InterpolatedEstimator(double alpha, Baseline? baseline = null)
        : base("interpolated", BoundKind.LowerBound, BoundKind.LowerBound, "1 + E₊[u − log a] − E₋[e^u / a], a = α·m + (1 − α)·q")
    {
        if (!(alpha >= 0 && alpha <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Expected a weight from 0 to 1.");
        }

        (Alpha, _baseline) = (alpha, baseline ?? Baseline.Constant());
    }

    /// <summary>The weight α of the batch's own mean.</summary>
    public double Alpha { get; }

    /// <summary>The baseline, which learns with the critic.</summary>
    public override nn.Module State => _baseline;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double negatives = scores.NegativesPerGlobal;
        return Baseline.MeanContrast(
            scores, _baseline, Alpha == 0 ? new UnnormalizedContrast(negatives) : new Interpolation(Alpha, negatives));
    }

    /// <inheritdoc/>
    public override Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores) => Detached(objective);

    /// <inheritdoc/>
    public override double Ceiling(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Math.Log(1.0 + scores.NegativesPerGlobal) - Math.Log(Alpha);
    }

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
