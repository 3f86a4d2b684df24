using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>The Pearson χ² divergence: E₊[u] − E₋[u²/4 + u].</summary>
/// <remarks>
/// At the optimum ∫(p − q)²/q, unbounded. A perfect critic is 2(ratio − 1), so that scores stay small only where the ratio does; the logarithm of the ratio is read as
/// log(u/2 + 1), with 1e-6 for what is smaller. Source: Nowozin et al., 2016 (other code has other functions here, whose value has no bound).
/// </remarks>
public sealed class PearsonEstimator() : DivergenceEstimator(ScoreFunctions.Identity, ScoreFunctions.PearsonConjugate)
{
    /// <inheritdoc/>
    public override string Name => "pearson-chi2";

    /// <inheritdoc/>
    public override string Formula => "E₊[u] − E₋[u²/4 + u]";

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => ScoreFunctions.PearsonLogRatio;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => ScoreFunctions.PearsonFromLogRatio;
}
