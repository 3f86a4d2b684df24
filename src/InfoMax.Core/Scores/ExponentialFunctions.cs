using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>sp(u) = log(1 + e^u).</summary>
internal sealed class SoftplusFunction : ScoreFunction
{
    /// <summary>Halvings of a product of factors of at least ½: 64 factors stay far above the smallest float32.</summary>
    private const int Halvings = 6;

    /// <summary>The exact form for arguments up to 40; beyond, the value equals the argument in double precision.</summary>
    public static Tensor Exact(Tensor scores) => nn.functional.softplus(scores, beta: 1, threshold: 40);

    public override Tensor Value(Tensor scores) => Exact(scores);

    public override Tensor Derivative(Tensor scores) => scores.sigmoid_();

    internal override double? Neutral => double.NegativeInfinity;

    internal override (Tensor Sum, Tensor Derivatives) SumAndDifferentiate(Tensor scores)
    {
        if (scores.dtype != ScalarType.Float32 || scores.device_type != DeviceType.CPU)
        {
            return base.SumAndDifferentiate(scores);
        }

        // sp(u) = max(u, 0) − log max(σ(u), 1 − σ(u)): the logarithms are taken of products, one for each 64 scores.
        using var scope = NewDisposeScope();
        Tensor linear = scores.clamp_min(0.0).sum();
        Tensor slopes = scores.sigmoid_();
        Tensor product = slopes.sub(0.5).abs_().add_(0.5).view(-1);
        for (int halving = 0; halving < Halvings && product.shape[0] % 2 == 0; halving++)
        {
            long half = product.shape[0] / 2;
            product = product.narrow(0, 0, half).mul_(product.narrow(0, half, half));
        }

        return (scope.MoveToOuter(linear.sub_(product.log_().sum())), scope.MoveToOuter(slopes));
    }
}

/// <summary>−sp(−u).</summary>
internal sealed class LogSigmoidFunction : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(SoftplusFunction.Exact(scores.neg()).neg());
    }

    public override Tensor Derivative(Tensor scores) => scores.neg_().sigmoid_();
}

/// <summary>e^(u + shift).</summary>
internal sealed class ExpFunction(double shift) : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(shift == 0.0 ? scores.exp() : scores.add(shift).exp());
    }

    public override Tensor Derivative(Tensor scores) => shift == 0.0 ? scores.exp_() : scores.add_(shift).exp_();

    internal override double? Neutral => double.NegativeInfinity;

    internal override (Tensor Sum, Tensor Derivatives) SumAndDifferentiate(Tensor scores)
    {
        Tensor values = Derivative(scores);
        return (values.sum(), values);
    }
}

/// <summary>−e^(−u).</summary>
internal sealed class MinusExpMinusFunction : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.neg().exp().neg());
    }

    public override Tensor Derivative(Tensor scores) => scores.neg_().exp_();
}
