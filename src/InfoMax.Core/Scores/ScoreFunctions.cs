using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>The score functions of the built-in estimators, with their derivatives in place.</summary>
internal static class ScoreFunctions
{
    /// <summary>u.</summary>
    public static readonly ScoreFunction Identity = new AffineFunction(1.0, 0.0);

    /// <summary>u − 1.</summary>
    public static readonly ScoreFunction MinusOne = new AffineFunction(1.0, -1.0);

    /// <summary>u + 1.</summary>
    public static readonly ScoreFunction PlusOne = new AffineFunction(1.0, 1.0);

    /// <summary>2u.</summary>
    public static readonly ScoreFunction Double = new AffineFunction(2.0, 0.0);

    /// <summary>u / 2.</summary>
    public static readonly ScoreFunction Half = new AffineFunction(0.5, 0.0);

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

    /// <summary>log(u/2 + 1), the argument of the logarithm kept at 1e-6 or above.</summary>
    public static readonly ScoreFunction PearsonLogRatio = new PearsonLogRatioFunction();

    /// <summary>2(e^u − 1).</summary>
    public static readonly ScoreFunction PearsonFromLogRatio = new PearsonFromLogRatioFunction();

    /// <summary>tanh(u)/2.</summary>
    public static readonly ScoreFunction HalfTanh = new HalfTanhFunction();

    /// <summary>factor · u + shift.</summary>
    private sealed class AffineFunction(double factor, double shift) : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            Tensor scaled = factor == 1.0 ? scores.alias() : scores.mul(factor);
            return scope.MoveToOuter(shift == 0.0 ? scaled : scaled.add(shift));
        }

        public override Tensor Derivative(Tensor scores) => scores.fill_(factor);
    }

    private sealed class LogSigmoidFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(SoftplusFunction.Exact(scores.neg()).neg());
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

        internal override double? Neutral => double.NegativeInfinity;

        internal override (Tensor Sum, Tensor Derivatives) SumAndDifferentiate(Tensor scores)
        {
            Tensor values = Derivative(scores);
            return (values.sum(), values);
        }
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

    private sealed class PearsonLogRatioFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(scores.mul(0.5).add(1.0).clamp(min: 1e-6).log());
        }
    }

    private sealed class PearsonFromLogRatioFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(scores.expm1().mul(2.0));
        }

        public override Tensor Derivative(Tensor scores) => scores.exp_().mul_(2.0);
    }

    private sealed class HalfTanhFunction : ScoreFunction
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
}
