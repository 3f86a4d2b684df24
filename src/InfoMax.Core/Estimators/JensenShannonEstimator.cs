using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>
/// Jensen–Shannon: E₊[log 2 − sp(−u)] − E₋[sp(u) − log 2], with sp(z) = log(1 + e^z) (paper, equation 4, with
/// log 2 added to each side, so that a critic that tells nothing apart gives 0).
/// </summary>
/// <remarks>
/// At the optimum the objective is twice the Jensen–Shannon divergence between joint and marginals, at most 2·log 2: stable, bounded, and good with few
/// negatives, but not in nats of mutual information. Its optimal critic is the log density ratio, so <see cref="MIEstimator.Estimate"/> reads the same
/// scores with the Donsker–Varadhan formula; that value is an approximation, not a bound. Sources: Nowozin et al., 2016; the read-out, Song and Ermon, 2020.
/// </remarks>
public sealed class JensenShannonEstimator() : DivergenceEstimator(ScoreFunctions.LogSigmoid, ScoreFunctions.Softplus, 2.0 * Math.Log(2.0))
{
    /// <inheritdoc/>
    public override string Name => "jensen-shannon";

    /// <inheritdoc/>
    public override string Formula => "E₊[log 2 − sp(−u)] − E₋[sp(u) − log 2]";
}
