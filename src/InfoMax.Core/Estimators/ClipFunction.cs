using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>Scores kept between −limit and limit; beyond them no gradient flows.</summary>
internal sealed class ClipFunction(double limit) : ScoreFunction
{
    public override Tensor Value(Tensor scores) => scores.clamp(-limit, limit);

    public override Tensor Derivative(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.abs().le(limit).to(scores.dtype));
    }
}
