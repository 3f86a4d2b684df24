using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// Nguyen–Wainwright–Jordan, the variational form of the Kullback–Leibler divergence: E₊[u] − E₋[e^(u − 1)].
/// </summary>
/// <remarks>
/// A lower bound in nats that is unbiased on any batch and has no ceiling; its variance grows exponentially with the true mutual information. A perfect critic is
/// 1 + the log density ratio. A negative with a score above the logarithm of the largest number (88 in float32) makes the value −∞. Also known as f-GAN's KL, MINE-f, and
/// TUBA with the constant baseline e. Source: Nguyen, Wainwright and Jordan, 2010.
/// </remarks>
public sealed class NwjEstimator() : DivergenceEstimator(ScoreFunctions.Identity, ScoreFunctions.ExpMinusOne)
{
    /// <inheritdoc/>
    public override string Name => "nwj";

    /// <inheritdoc/>
    public override string Formula => "E₊[u] − E₋[e^(u − 1)]";

    /// <inheritdoc/>
    public override BoundKind ObjectiveKind => BoundKind.LowerBound;

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.LowerBound;

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => ScoreFunctions.MinusOne;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => ScoreFunctions.PlusOne;

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores) => Objective(scores);

    /// <inheritdoc/>
    public override Tensor? Reading(Tensor objective, ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.detach();
    }
}
