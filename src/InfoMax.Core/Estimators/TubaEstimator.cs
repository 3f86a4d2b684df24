using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// TUBA: 1 + E₊[u − log a] − E₋[e^(u − log a)], with a baseline a of the global vector that approximates its partition function E[e^u].
/// </summary>
/// <remarks>
/// A lower bound in nats for any baseline, unbiased and without a ceiling. Its variance is lower than that of <see cref="NwjEstimator"/>
/// (the constant baseline e) where the baseline is good. The value is −∞ where a negative exceeds its baseline by more than the logarithm
/// of the largest number. Sources: Barber and Agakov, 2003; Poole et al., 2019, equation 8.
/// </remarks>
public sealed class TubaEstimator : MIEstimator
{
    private readonly Baseline _baseline;

    /// <summary>Creates the estimator.</summary>
    /// <param name="baseline">
    /// A baseline of the global vector, <c>[N, K, 1]</c>; null (the default) for a learned constant. It is the estimator's <see
    /// cref="State"/>.
    /// </param>
    public TubaEstimator(Baseline? baseline = null)
        : base("tuba", BoundKind.LowerBound, BoundKind.LowerBound, "1 + E₊[u − log a] − E₋[e^u / a]") =>
        _baseline = baseline ?? Baseline.Constant();

    /// <summary>The baseline, which learns with the critic.</summary>
    public override nn.Module State => _baseline;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Baseline.MeanContrast(scores, _baseline, new UnnormalizedContrast(scores.NegativesPerGlobal));
    }

    /// <inheritdoc/>
    public override Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores) => Detached(objective);
}
