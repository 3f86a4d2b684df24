using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// MINE: the value of Donsker–Varadhan, E₊[u] − log E₋[e^u], with a gradient whose partition function is a moving average over batches, which takes most of the bias out of it:
/// ∇E₊[u] − E₋[e^u ∇u] / average.
/// </summary>
/// <remarks>
/// The average is kept as a logarithm in <see cref="MIEstimator.State"/>, saved and loaded with it, and moves only with an objective that is differentiated while the state is in training
/// mode: neither evaluation nor <see cref="Estimate"/> changes it. Value, kind and variance are those of Donsker–Varadhan. Source: Belghazi et al., 2018, section 3.2.
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

    private MineEstimator(PartitionAverage average) => _average = average;

    /// <inheritdoc/>
    public override string Name => "mine";

    /// <inheritdoc/>
    public override string Formula => "E₊[u] − log E₋[e^u], gradient by a moving average";

    /// <inheritdoc/>
    public override BoundKind ObjectiveKind => BoundKind.Approximation;

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.Approximation;

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
    public override Tensor? Reading(Tensor objective, ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.detach();
    }

    private static PartitionAverage AverageWith(double rate) => rate is > 0 and <= 1
        ? new PartitionAverage(rate)
        : throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a share above 0 and at most 1.");
}
