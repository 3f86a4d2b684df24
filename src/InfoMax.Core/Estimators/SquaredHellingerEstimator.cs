using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>The squared Hellinger distance: E₊[1 − e^(−u)] − E₋[e^u − 1].</summary>
/// <remarks>
/// At the optimum ∫(√p − √q)², between 0 and 2. A perfect critic is half the log density ratio. Source: Nowozin et al., 2016.
/// </remarks>
public sealed class SquaredHellingerEstimator() : DivergenceEstimator(ScoreFunctions.MinusExpMinus, ScoreFunctions.Exp, 2.0)
{
    /// <inheritdoc/>
    public override string Name => "squared-hellinger";

    /// <inheritdoc/>
    public override string Formula => "E₊[1 − e^(−u)] − E₋[e^u − 1]";

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => ScoreFunctions.Double;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => ScoreFunctions.Half;
}
