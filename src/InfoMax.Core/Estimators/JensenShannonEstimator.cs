using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>
/// Jensen–Shannon: E₊[log 2 − sp(−u)] − E₋[sp(u) − log 2], with sp(z) = log(1 + e^z). This is the paper's equation 4 with log 2 added to
/// each side, so a critic that cannot tell positives from negatives gives 0.
/// </summary>
/// <remarks>
/// <para>At the optimum the objective is twice the Jensen–Shannon divergence between joint and marginals, at most 2·log 2. It is stable,
/// bounded, and works with few negatives, but is not in nats of mutual information.</para>
/// <para>The optimal critic is the log density ratio, so <see cref="MIEstimator.Estimate"/> applies the Donsker–Varadhan formula to the
/// scores: an approximation, not a bound. Sources: Nowozin et al., 2016; for the estimate Song and Ermon, 2020.</para>
/// </remarks>
public sealed class JensenShannonEstimator() : DivergenceEstimator(
    "jensen-shannon", ScoreFunctions.LogSigmoid, ScoreFunctions.Softplus, 2.0 * Math.Log(2.0), "E₊[log 2 − sp(−u)] − E₋[sp(u) − log 2]");
