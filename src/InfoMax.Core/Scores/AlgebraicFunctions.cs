using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>factor · u + shift.</summary>
internal sealed class AffineFunction(double factor, double shift) : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        Tensor scaled = factor == 1.0 ? scores.alias() : scores.mul(factor);
        return scope.MoveToOuter(shift == 0.0 ? scaled : scaled.add(shift));
    }

    public override Tensor Derivative(Tensor scores) => scores.fill_(factor);
}

/// <summary>u²/4 + u.</summary>
internal sealed class PearsonConjugateFunction : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.mul(0.25).add(1.0).mul(scores));
    }

    public override Tensor Derivative(Tensor scores) => scores.mul_(0.5).add_(1.0);
}

/// <summary>log(u/2 + 1); the argument of the logarithm is at least 1e-6.</summary>
internal sealed class PearsonLogRatioFunction : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.mul(0.5).add(1.0).clamp(min: 1e-6).log());
    }
}

/// <summary>2(e^u − 1).</summary>
internal sealed class PearsonFromLogRatioFunction : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.expm1().mul(2.0));
    }

    public override Tensor Derivative(Tensor scores) => scores.exp_().mul_(2.0);
}
