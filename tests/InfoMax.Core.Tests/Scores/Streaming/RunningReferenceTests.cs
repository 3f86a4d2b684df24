using InfoMax.Scores.Streaming;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores.Streaming;

public sealed class RunningReferenceTests
{
    [Fact]
    public void Raise_OnTheCpu_FollowsScoresThatExceedItByMoreThanThirty()
    {
        using var scope = NewDisposeScope();
        var reference = new RunningReference(ScalarType.Float64, CPU);
        reference.Raise(Scores(-5, 3))!.item<double>().Should().Be(0, "nothing was gathered before");
        reference.Value.item<double>().Should().Be(3);
        reference.Raise(Scores(33)).Should().BeNull("30 above is not too much");
        reference.Value.item<double>().Should().Be(3);
        reference.Raise(Scores(34, -100))!.item<double>().Should().BeApproximately(Math.Exp(-31), 1e-20);
        reference.Value.item<double>().Should().Be(34);
        reference.Raise(Scores(-100)).Should().BeNull();
    }

    [Theory]
    [InlineData(ScalarType.Float64, double.MinValue)]
    [InlineData(ScalarType.Float32, float.MinValue)]
    public void Raise_NothingButMaskedScores_StaysFiniteAndThenFollows(ScalarType dtype, double lowest)
    {
        using var scope = NewDisposeScope();
        var reference = new RunningReference(dtype, CPU);
        Tensor masked = full([3], double.NegativeInfinity, dtype: dtype);
        reference.Raise(masked);
        reference.Value.to(ScalarType.Float64).item<double>().Should().Be(lowest);
        RunningReference.Lowest(dtype).Should().Be(lowest);
        reference.Raise(Scores(2).to(dtype))!.to(ScalarType.Float64).item<double>().Should().Be(0);
        reference.Value.to(ScalarType.Float64).item<double>().Should().Be(2);
    }

    [Fact]
    public void Raise_NaN_ReachesTheReference()
    {
        using var scope = NewDisposeScope();
        var reference = new RunningReference(ScalarType.Float64, CPU);
        reference.Raise(Scores(1));
        reference.Raise(Scores(double.NaN)).Should().NotBeNull();
        reference.Value.item<double>().Should().Be(double.NaN);
    }

    private static Tensor Scores(params double[] scores) => tensor(scores);
}
