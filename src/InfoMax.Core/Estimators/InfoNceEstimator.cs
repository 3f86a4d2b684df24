using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// InfoNCE: classifies each positive among all negatives of its global vector, E₊[u − log(e^u + Σ e^v)] with v over the (N − 1)·L negatives
/// (paper, equation 5, with an exact mask: other locations of the same example are neither positive nor negative).
/// </summary>
/// <remarks>
/// A lower bound of low variance. <see cref="Estimate"/> adds the logarithm of the number of candidates, 1 + (N − 1)·L. That logarithm is
/// also the ceiling: higher mutual information cannot be measured. InfoNCE needs many negatives; with few, Jensen–Shannon learns better
/// representations. The objective is minus the usual cross-entropy, so it is at most 0. Source: van den Oord et al., 2018.
/// </remarks>
public sealed class InfoNceEstimator()
    : MIEstimator("infonce", BoundKind.LowerBound, BoundKind.LowerBound, "E₊[u − log(e^u + Σ₋ e^v)]")
{
    private static readonly ContrastFunction Contrast = new CrossEntropy();

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.MeanContrast(Contrast);
    }

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Objective(scores).add(Ceiling(scores)));
    }

    /// <inheritdoc/>
    public override Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(objective.detach().add(Ceiling(scores)));
    }

    /// <inheritdoc/>
    public override double Ceiling(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Math.Log(1.0 + scores.NegativesPerGlobal);
    }

    /// <summary>log of the softmax of the positive: −sp(lse − u).</summary>
    internal sealed class CrossEntropy : ContrastFunction
    {
        public override Tensor Value(Tensor positives, Tensor logSumExpNegatives)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(ScoreFunctions.LogSigmoid.Value(positives.sub(logSumExpNegatives)));
        }

        public override (Tensor Values, Tensor ByPositive, Tensor ByLogSumExp) Differentiate(Tensor positives, Tensor logSumExpNegatives)
        {
            using var scope = NewDisposeScope();
            Tensor difference = positives.sub(logSumExpNegatives);
            Tensor values = ScoreFunctions.LogSigmoid.Value(difference);
            Tensor byPositive = ScoreFunctions.LogSigmoid.Derivative(difference);
            // One log-sum-exp may serve all positives of a global vector.
            Tensor byLogSumExp = logSumExpNegatives.shape[2] == 1 ? byPositive.sum(2, keepdim: true).neg_() : byPositive.neg();
            return (scope.MoveToOuter(values), scope.MoveToOuter(byPositive), scope.MoveToOuter(byLogSumExp));
        }
    }
}
