using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>
/// 1 + p − e^(s − log M): the bound of Barber and Agakov, unnormalized, where p and the log-sum-exp s of M negatives already have the
/// baseline subtracted.
/// </summary>
internal sealed class UnnormalizedContrast(double negatives) : ContrastFunction
{
    public override Tensor Value(Tensor positives, Tensor logSumExpNegatives)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(positives.add(1.0).sub(logSumExpNegatives.sub(Math.Log(negatives)).exp()));
    }

    public override (Tensor Values, Tensor ByPositive, Tensor ByLogSumExp) Differentiate(Tensor positives, Tensor logSumExpNegatives)
    {
        using var scope = NewDisposeScope();
        Tensor ratio = logSumExpNegatives.sub(Math.Log(negatives)).exp();
        Tensor values = positives.add(1.0).sub(ratio);
        Tensor byLogSumExp = ratio.neg();
        // One log-sum-exp may serve all positives of a global vector.
        if (ratio.shape[2] < positives.shape[2])
        {
            byLogSumExp.mul_(positives.shape[2]);
        }

        return (scope.MoveToOuter(values), scope.MoveToOuter(ones_like(positives)), scope.MoveToOuter(byLogSumExp));
    }
}
