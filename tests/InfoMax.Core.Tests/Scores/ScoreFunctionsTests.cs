using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores;

/// <summary>Values, derivatives and sums of the built-in score functions.</summary>
public sealed class ScoreFunctionsTests
{
    private static readonly (string Name, ScoreFunction Function, Func<double, double> Value)[] All =
    [
        ("identity", ScoreFunctions.Identity, u => u),
        ("affine", ScoreFunctions.Affine(-2.5, 0.75), u => (-2.5 * u) + 0.75),
        ("shift", ScoreFunctions.Affine(1, -1), u => u - 1),
        ("exp", ScoreFunctions.Exp, Math.Exp),
        ("exp minus one", ScoreFunctions.ExpMinusOne, u => Math.Exp(u - 1)),
        ("softplus", ScoreFunctions.Softplus, NaiveScores.Softplus),
        ("log-sigmoid", ScoreFunctions.LogSigmoid, u => -NaiveScores.Softplus(-u)),
        ("minus exp minus", ScoreFunctions.MinusExpMinus, u => -Math.Exp(-u)),
        ("pearson", ScoreFunctions.PearsonConjugate, u => (u * u / 4) + u),
        ("pearson log ratio", ScoreFunctions.PearsonLogRatio, u => Math.Log(Math.Max((u / 2) + 1, 1e-6))),
        ("pearson score", ScoreFunctions.PearsonFromLogRatio, u => 2 * (Math.Exp(u) - 1)),
        ("half tanh", ScoreFunctions.HalfTanh, u => Math.Tanh(u) / 2),
        ("clip", ScoreFunctions.Clip(1.25), u => Math.Clamp(u, -1.25, 1.25)),
        ("soft clip", ScoreFunctions.SoftClip(3), u => 3 * Math.Tanh(u / 3)),
        ("own", ScoreFunction.From(u => u.square(), u => u.mul(2)), u => u * u),
        ("own without derivative", ScoreFunction.From(u => u.square().add(u)), u => (u * u) + u),
    ];

    public static TheoryData<string> Names => [.. All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_AndDerivatives_AreThoseOfTheFormula(string name)
    {
        (_, ScoreFunction function, Func<double, double> value) = All.Single(f => f.Name == name);
        using var scope = NewDisposeScope();
        double[] points = [.. Enumerable.Range(0, 63).Select(i => (i * 0.2) - 6.13)];
        Tensor scores = tensor(points).view(7, 9);
        Tensor values = function.Value(scores);
        values.Should().NotBeSameAs(scores);
        values.flatten().data<double>().ToArray().Should().SatisfyRespectively(
            points.Select(p => (Action<double>)(v => v.Should().BeApproximately(value(p), 1e-12 * Math.Max(1, Math.Abs(value(p)))))));
        double[] slopes = function.Derivative(scores.clone()).flatten().data<double>().ToArray();
        for (int i = 0; i < points.Length; i++)
        {
            double step = 1e-5, slope = (value(points[i] + step) - value(points[i] - step)) / (2 * step);
            slopes[i].Should().BeApproximately(slope, 1e-5 * Math.Max(1, Math.Abs(slope)), "at {0}", points[i]);
        }

        foreach (ScalarType dtype in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            (Tensor sum, Tensor derivatives) = function.SumAndDifferentiate(scores.to(dtype).clone());
            (sum.dim(), sum.dtype, derivatives.dtype).Should().Be((0L, dtype, dtype));
            double tolerance = dtype == ScalarType.Float64 ? 1e-10 : 2e-5, expected = points.Sum(value);
            sum.to(ScalarType.Float64).item<double>().Should().BeApproximately(
                expected, tolerance * Math.Max(1, points.Sum(p => Math.Abs(value(p)))));
            (derivatives.to(ScalarType.Float64).flatten() - tensor(slopes)).abs().max().item<double>().Should().BeLessThan(
                1e-6 * Math.Max(1, slopes.Max(Math.Abs)));
        }

        if (function.Neutral is { } neutral)
        {
            function.Value(tensor([neutral])).item<double>().Should().Be(0);
            function.Derivative(tensor([neutral])).item<double>().Should().Be(name == "half tanh" ? 0.5 : 0);
        }
    }

    [Fact]
    public void Softplus_InSingle_SumsManyAndExtremeScores()
    {
        using var scope = NewDisposeScope();
        foreach (int count in new[] { 1, 3, 64, 96, 128, 1000, 1024 })
        {
            // The hardest case for a product of 64 factors: all of them ½.
            (Tensor zero, Tensor half) = ScoreFunctions.Softplus.SumAndDifferentiate(zeros(count));
            zero.item<float>().Should().BeApproximately(count * MathF.Log(2), 1e-6f * count);
            half.eq(0.5).all().item<bool>().Should().BeTrue();
            Tensor scores = linspace(-200, 200, count, dtype: ScalarType.Float32);
            double expected = scores.data<float>().ToArray().Sum(u => NaiveScores.Softplus(u));
            ScoreFunctions.Softplus.SumAndDifferentiate(scores.clone()).Sum.item<float>().Should().BeApproximately(
                (float)expected, (float)(1e-5 * Math.Max(1, expected)));
        }
    }

    [Fact]
    public void Neutral_Scores_AreThoseWithoutAValue()
    {
        (ScoreFunctions.Exp.Neutral, ScoreFunctions.Softplus.Neutral).Should().Be((double.NegativeInfinity, double.NegativeInfinity));
        (ScoreFunctions.HalfTanh.Neutral, ScoreFunctions.Identity.Neutral, ScoreFunctions.LogSigmoid.Neutral).Should().Be(
            (0.0, null, null));
    }

    [Fact]
    public void Clip_MaskedAndOuterScores_KeepsTheMaskAndStopsTheGradient()
    {
        using var scope = NewDisposeScope();
        Tensor scores = tensor([double.NegativeInfinity, -2.0, -1.0, 0.5, 1.0, 2.0]);
        ScoreFunctions.Clip(1).Value(scores).data<double>().ToArray().Should().Equal(double.NegativeInfinity, -1, -1, 0.5, 1, 1);
        ScoreFunctions.Clip(1).Derivative(scores).data<double>().ToArray().Should().Equal(0, 0, 1, 1, 1, 0);
    }

    [Fact]
    public void Numbers_OutsideTheirRange_AreRefused()
    {
        foreach (Action action in new Action[]
        {
            () => ScoreFunctions.Clip(0), () => ScoreFunctions.Clip(double.NaN), () => ScoreFunctions.SoftClip(0),
            () => ScoreFunctions.SoftClip(-1),
            () => ScoreFunctions.SoftClip(double.PositiveInfinity), () => ScoreFunctions.SoftClip(double.NaN),
        })
        {
            action.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("limit");
        }

        FluentActions.Invoking(() => ScoreFunctions.Affine(double.NaN))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("factor");
        FluentActions.Invoking(() => ScoreFunctions.Affine(1, double.PositiveInfinity))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("shift");
    }
}
