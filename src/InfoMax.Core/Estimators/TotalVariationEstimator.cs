using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>The total variation distance: E₊[tanh(u)/2] − E₋[tanh(u)/2], between 0 and 1 at the optimum.</summary>
/// <remarks>
/// A perfect critic says only whether the ratio is above 1, so no mutual information can be read from it: <see cref="MIEstimator.Estimate"/> is the distance. Its gradients vanish
/// where the critic is sure. Source: Nowozin et al., 2016, table 6.
/// </remarks>
public sealed class TotalVariationEstimator() : DivergenceEstimator(ScoreFunctions.HalfTanh, ScoreFunctions.HalfTanh)
{
    /// <inheritdoc/>
    public override string Name => "total-variation";

    /// <inheritdoc/>
    public override string Formula => "E₊[tanh(u)/2] − E₋[tanh(u)/2]";

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.Surrogate;

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => null;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => null;

    /// <inheritdoc/>
    public override double Ceiling(ScoreMatrix scores) => 1.0;
}
