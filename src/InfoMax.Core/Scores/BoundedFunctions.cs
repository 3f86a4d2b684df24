using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>Scores limited to [−limit, limit], without a gradient beyond. A score of −∞ marks a masked pair and stays −∞.</summary>
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

/// <summary>limit · tanh(u / limit).</summary>
internal sealed class SoftClipFunction(double limit) : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.div(limit).tanh().mul(limit));
    }

    public override Tensor Derivative(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.div_(limit).tanh_().pow_(2).neg_().add_(1.0));
    }
}

/// <summary>tanh(u)/2.</summary>
internal sealed class HalfTanhFunction : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.tanh().mul(0.5));
    }

    public override Tensor Derivative(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(FromTanh(scores.tanh_()));
    }

    internal override double? Neutral => 0.0;

    internal override (Tensor Sum, Tensor Derivatives) SumAndDifferentiate(Tensor scores)
    {
        using var scope = NewDisposeScope();
        Tensor tanh = scores.tanh_();
        Tensor sum = tanh.sum().mul_(0.5);
        return (scope.MoveToOuter(sum), scope.MoveToOuter(FromTanh(tanh)));
    }

    /// <summary>(1 − tanh²)/2, overwriting the tanh.</summary>
    private static Tensor FromTanh(Tensor tanh) => tanh.pow_(2).mul_(-0.5).add_(0.5);
}
