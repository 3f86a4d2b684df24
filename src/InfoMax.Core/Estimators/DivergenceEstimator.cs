using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// An f-divergence between the joint distribution and the product of the marginals in its variational form: E₊[f(u)] − E₋[g(u)] + constant. Extension
/// point: give the two functions.
/// </summary>
/// <remarks>
/// Unless it is overridden, <see cref="Estimate"/> reads the mutual information from the density ratio that the score of a perfect critic stands for
/// (<see cref="MIEstimator.ToLogRatio"/>) with the Donsker–Varadhan formula: an approximation, not a bound. Source: Nowozin et al., "f-GAN", 2016.
/// </remarks>
public abstract class DivergenceEstimator : MIEstimator
{
    private readonly ScoreFunction _positive;
    private readonly ScoreFunction _negative;
    private readonly double _constant;

    /// <summary>Creates the estimator.</summary>
    /// <param name="positive">The function f of a positive's score.</param>
    /// <param name="negative">The function g of a negative's score: the conjugate of the divergence's generator, at f.</param>
    /// <param name="constant">Added to the value.</param>
    protected DivergenceEstimator(ScoreFunction positive, ScoreFunction negative, double constant = 0.0)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        (_positive, _negative, _constant) = (positive, negative, constant);
    }

    /// <summary>The function f of a positive's score.</summary>
    public ScoreFunction Positive => _positive;

    /// <summary>The function g of a negative's score.</summary>
    public ScoreFunction Negative => _negative;

    /// <summary>Added to the value.</summary>
    public double Constant => _constant;

    /// <inheritdoc/>
    public override BoundKind ObjectiveKind => BoundKind.Surrogate;

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.Approximation;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Tensor difference = scores.MeanDifference(_positive, _negative);
        return _constant == 0.0 ? difference : Plus(difference, _constant);
    }

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (ToLogRatio is not { } toLogRatio)
        {
            return Objective(scores);
        }

        using var scope = NewDisposeScope();
        ScoreMatrix ratios = toLogRatio == ScoreFunctions.Identity ? scores : scores.Map(toLogRatio);
        return scope.MoveToOuter(ratios.PartitionDifference(ScoreFunctions.Identity));
    }
}
