using InfoMax.Foundation;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>A lower bound with a baseline in place of the partition function: what TUBA, the interpolated bound and FLO share.</summary>
public abstract class BaselineEstimator : MIEstimator
{
    private protected BaselineEstimator(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        Baseline = baseline;
    }

    /// <summary>The baseline; owned by the estimator's user as its <see cref="State"/>.</summary>
    public Baseline Baseline { get; }

    /// <inheritdoc/>
    public override BoundKind ObjectiveKind => BoundKind.LowerBound;

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.LowerBound;

    /// <summary>The baseline, which learns with the critic.</summary>
    public override nn.Module State => Baseline;

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        Tensor offset = Baseline.call(scores);
        if (!PairBaselineAllowed && scores.Locations > 1 && offset.shape[2] != 1)
        {
            throw new ArgumentException($"Expected a baseline of the global vector, [N, K, 1], got {TensorGuard.Describe(offset)}; a baseline of pairs makes the FLO estimator.", nameof(scores));
        }

        return scope.MoveToOuter(scores.MeanContrast(Contrast(scores), offset));
    }

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores) => Objective(scores);

    /// <inheritdoc/>
    public override Tensor? Reading(Tensor objective, ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.detach();
    }

    private protected virtual bool PairBaselineAllowed => false;

    private protected abstract ContrastFunction Contrast(ScoreMatrix scores);
}
