using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>
/// The reverse Kullback–Leibler divergence, of the product of the marginals from the joint: E₊[−e^(−u)] − E₋[u − 1].
/// </summary>
/// <remarks>
/// In nats, but not mutual information: it is the "lautum information", small or large independently of it. A perfect critic is the log density ratio. A positive with a very
/// negative score dominates everything. Source: Nowozin et al., 2016.
/// </remarks>
public sealed class ReverseKullbackLeiblerEstimator() : DivergenceEstimator(ScoreFunctions.MinusExpMinus, ScoreFunctions.Identity, 1.0)
{
    /// <inheritdoc/>
    public override string Name => "reverse-kl";

    /// <inheritdoc/>
    public override string Formula => "E₊[−e^(−u)] − E₋[u − 1]";
}
