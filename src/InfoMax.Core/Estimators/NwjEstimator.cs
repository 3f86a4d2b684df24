using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// Nguyen–Wainwright–Jordan, the variational form of the Kullback–Leibler divergence: E₊[u] − E₋[e^(u − 1)].
/// </summary>
/// <remarks>
/// A lower bound in nats that is unbiased on any batch and has no ceiling. Its variance grows exponentially with the true mutual
/// information. The score of a perfect critic is 1 + the log density ratio. A negative with a score above the logarithm of the largest
/// number (88 in float32) makes the value −∞. Also known as f-GAN's KL, as MINE-f, and as TUBA with the constant baseline e. Source:
/// Nguyen, Wainwright and Jordan, 2010.
/// </remarks>
public sealed class NwjEstimator() : DivergenceEstimator(
    "nwj", BoundKind.LowerBound, BoundKind.LowerBound, ScoreFunctions.Identity, ScoreFunctions.ExpMinusOne, 0.0, "E₊[u] − E₋[e^(u − 1)]")
{
    private static readonly ScoreFunction MinusOne = ScoreFunctions.Affine(1.0, -1.0), PlusOne = ScoreFunctions.Affine(1.0, 1.0);

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => MinusOne;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => PlusOne;

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores) => Objective(scores);

    /// <inheritdoc/>
    public override Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores) => Detached(objective);
}
