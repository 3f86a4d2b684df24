using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>Scores kept between −limit and limit; beyond them no gradient flows. A score of −∞ is a pair that is masked, and stays so.</summary>
internal sealed class ClipFunction(double limit) : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.clamp(-limit, limit).masked_fill(scores.eq(double.NegativeInfinity), double.NegativeInfinity));
    }

    public override Tensor Derivative(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.abs().le(limit).to(scores.dtype));
    }
}
