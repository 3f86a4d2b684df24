using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// MINE: the value of Donsker–Varadhan, E₊[u] − log E₋[e^u], with the gradient ∇E₊[u] − E₋[e^u ∇u] / average. The average of the partition
/// function over batches removes most of the gradient's bias.
/// </summary>
/// <remarks>
/// The logarithm of the average is a buffer of <see cref="MIEstimator.State"/> and is saved with it. Only a differentiated objective in
/// training mode moves it: evaluation and <see cref="Estimate"/> do not. Value, kind and variance equal those of Donsker–Varadhan. Source:
/// Belghazi et al., 2018, section 3.2.
/// </remarks>
public sealed class MineEstimator : MIEstimator
{
    private readonly PartitionAverage _average;

    /// <summary>Creates the estimator.</summary>
    /// <param name="rate">Share of a new batch in the average, above 0 and at most 1; default 0.01. 1 is Donsker–Varadhan.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside the range.</exception>
    public MineEstimator(double rate = 0.01)
        : this(AverageWith(rate))
    {
    }

    private MineEstimator(PartitionAverage average)
        : base("mine", BoundKind.Approximation, BoundKind.Approximation, "E₊[u] − log E₋[e^u], gradient by a moving average") =>
        _average = average;

    /// <inheritdoc/>
    public override nn.Module State => _average;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        bool moved = false;
        return scores.PartitionDifference(ScoreFunctions.Identity, null, logMeanExp =>
        {
            // A second derivative asks again, and must see the average of the first.
            if (!moved && State.training)
            {
                _average.Move(logMeanExp);
            }

            moved = true;
            return _average.WeightOf(logMeanExp);
        });
    }

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.PartitionDifference(ScoreFunctions.Identity);
    }

    /// <inheritdoc/>
    public override Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores) => Detached(objective);

    private static PartitionAverage AverageWith(double rate) => rate is > 0 and <= 1
        ? new PartitionAverage(rate)
        : throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a share above 0 and at most 1.");
}
