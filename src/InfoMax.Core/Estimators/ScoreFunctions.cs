using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>The score functions of the built-in estimators, with their derivatives in place.</summary>
internal static class ScoreFunctions
{
    /// <summary>u.</summary>
    public static readonly ScoreFunction Identity = new IdentityFunction();

    /// <summary>sp(u) = log(1 + e^u).</summary>
    public static readonly ScoreFunction Softplus = new SoftplusFunction();

    /// <summary>−sp(−u).</summary>
    public static readonly ScoreFunction LogSigmoid = new LogSigmoidFunction();

    /// <summary>e^(u − 1).</summary>
    public static readonly ScoreFunction ExpMinusOne = new ExpFunction(-1.0);

    /// <summary>e^u.</summary>
    public static readonly ScoreFunction Exp = new ExpFunction(0.0);

    /// <summary>−e^(−u).</summary>
    public static readonly ScoreFunction MinusExpMinus = new MinusExpMinusFunction();

    /// <summary>u²/4 + u.</summary>
    public static readonly ScoreFunction PearsonConjugate = new PearsonConjugateFunction();

    /// <summary>Softplus by its exact form up to where it equals its argument in double precision.</summary>
    private static Tensor ExactSoftplus(Tensor scores) => nn.functional.softplus(scores, beta: 1, threshold: 40);

    private sealed class IdentityFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores) => scores.alias();

        public override Tensor Derivative(Tensor scores) => scores.fill_(1.0);
    }

    private sealed class SoftplusFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores) => ExactSoftplus(scores);

        public override Tensor Derivative(Tensor scores) => scores.sigmoid_();
    }

    private sealed class LogSigmoidFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(ExactSoftplus(scores.neg()).neg());
        }

        public override Tensor Derivative(Tensor scores) => scores.neg_().sigmoid_();
    }

    private sealed class ExpFunction(double shift) : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(shift == 0.0 ? scores.exp() : scores.add(shift).exp());
        }

        public override Tensor Derivative(Tensor scores) => shift == 0.0 ? scores.exp_() : scores.add_(shift).exp_();
    }

    private sealed class MinusExpMinusFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(scores.neg().exp().neg());
        }

        public override Tensor Derivative(Tensor scores) => scores.neg_().exp_();
    }

    private sealed class PearsonConjugateFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(scores.mul(0.25).add(1.0).mul(scores));
        }

        public override Tensor Derivative(Tensor scores) => scores.mul_(0.5).add_(1.0);
    }
}
