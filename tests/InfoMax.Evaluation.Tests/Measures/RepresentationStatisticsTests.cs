using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Tests.Support;
using static InfoMax.Evaluation.Tests.Gaussians;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Measures;

public sealed class RepresentationStatisticsTests
{
    [Fact]
    public void Statistics_OfIndependentUnits_UseEveryDirection()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        RepresentationStatistics s = RepresentationStatistics.Of(randn([5000, 8], generator: generator));
        s.EffectiveRank.Should().BeInRange(7.95, 8);
        s.ParticipationRatio.Should().BeInRange(7.9, 8);
        s.DeadUnitCount.Should().Be(0);
        s.Deviations.Should().OnlyContain(d => d > 0.95 && d < 1.05);
        s.GaussianTotalCorrelation.Should().BeInRange(0, 0.01);
        (s.RowCount, s.UnitCount).Should().Be((5000, 8));
        s.ToString().Should().Contain("of 8").And.Contain("5000 rows");
    }

    [Fact]
    public void Statistics_OfDegenerateRows_HaveTheirClosedForms()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor line = randn([100, 1], generator: generator) * tensor(new[] { 1f, 2f, 0f }) + 5;
        RepresentationStatistics onALine = RepresentationStatistics.Of(line), same = RepresentationStatistics.Of(ones(10, 3));
        onALine.EffectiveRank.Should().BeApproximately(1, 1e-6);
        onALine.DeadUnitCount.Should().Be(1);
        double.IsPositiveInfinity(onALine.GaussianTotalCorrelation).Should().BeTrue("two units are the same but for scale");
        (same.EffectiveRank, same.ParticipationRatio, same.DeadUnitCount).Should().Be((0, 0, 3));
        same.Uniformity.Should().BeApproximately(0, 1e-12);
        // Two opposite points: half of the other rows are at distance 4, and half, but for the row itself, at 0.
        Tensor opposite = cat([ones(5, 2), ones(5, 2).neg()]);
        RepresentationStatistics.Of(opposite).Uniformity.Should().BeApproximately(Math.Log(((4 * 1) + (5 * Math.Exp(-8))) / 9), 1e-9);
        double.IsPositiveInfinity(RepresentationStatistics.Of(rand(3, 5)).GaussianTotalCorrelation).Should().BeTrue();
    }

    [Fact]
    public void Uniformity_DoesNotDependOnScaleAndTakesZerosForTheSame()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor rows = randn([200, 4], ScalarType.Float64, generator: generator);
        double expected = RepresentationStatistics.Of(rows).Uniformity;
        RepresentationStatistics.Of(rows * 1e-20).Uniformity.Should().BeApproximately(expected, 1e-9);
        RepresentationStatistics.Of(rows * 1e100).Uniformity.Should().BeApproximately(expected, 1e-9);
        RepresentationStatistics.Of(zeros(50, 4)).Uniformity.Should().BeApproximately(0, 1e-12);
        // Zero and a direction are at distance 1: of four other rows, two are the same and two are there.
        Tensor half = cat([zeros(2, 3), ones(2, 3)]);
        RepresentationStatistics.Of(half).Uniformity.Should().BeApproximately(Math.Log((1 + (2 * Math.Exp(-2))) / 3), 1e-9);
        using FeatureSet small = FeatureSet.FromMatrix(rows * 1e-20), other = FeatureSet.FromMatrix(
            randn([200, 4], ScalarType.Float64, generator: generator));
        RepresentationStatistics.Alignment(small, other).Should().BeInRange(1.7, 2.3);
    }

    [Fact]
    public void Statistics_OfValuesAwayFromZero_KnowTheirSize()
    {
        using var scope = NewDisposeScope();
        RepresentationStatistics s = RepresentationStatistics.Of(tensor(new double[,] { { 3, 4 }, { -3, 4 } }));
        s.RootMeanSquare.Should().BeApproximately(Math.Sqrt(12.5), 1e-12);
        s.Deviations.Should().Equal(3, 0);
    }

    [Fact]
    public void TotalCorrelation_OfUnitsThatDoNotVary_IsThatOfTheOthers()
    {
        using var scope = NewDisposeScope();
        Tensor codes = Equicorrelated(500, seed: 2);
        RepresentationStatistics alone = RepresentationStatistics.Of(codes), beside = RepresentationStatistics.Of(
            cat([codes, ones(500, 2) * 7], 1));
        beside.GaussianTotalCorrelation.Should().BeApproximately(alone.GaussianTotalCorrelation, 1e-9);
        RepresentationStatistics.Of(ones(10, 3)).GaussianTotalCorrelation.Should().Be(0);
    }

    [Fact]
    public void TotalCorrelation_OfIndependentUnitsWithManyTies_IsNearZero()
    {
        // Half of the values of each are 0, as after a ReLU: in the order of rows, these would pass for the same unit.
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        RepresentationStatistics s = RepresentationStatistics.Of(randn([5000, 4], generator: generator).clamp_min(0));
        s.GaussianTotalCorrelation.Should().BeInRange(0, 0.01);
        s.ToString().Should().Contain("total correlation 0.0");
        RepresentationStatistics.Of(randn([4, 4], generator: generator)).ToString()
            .Should().Contain("total correlation unknown (no more rows than units)");
        Tensor one = randn([9, 1], generator: generator);
        RepresentationStatistics.Of(cat([one, one * 2], 1)).ToString()
            .Should().Contain("total correlation infinite (units determine each other)");
    }

    [Fact]
    public void Statistics_OfCorrelatedGaussians_KnowTheirTotalCorrelation()
    {
        using var scope = NewDisposeScope();
        RepresentationStatistics s = RepresentationStatistics.Of(Equicorrelated(20_000, seed: 2).pow(3));
        s.GaussianTotalCorrelation
            .Should().BeApproximately(TrueTotalCorrelation, 0.03, "ranks do not change under a monotone map of each unit");
    }

    [Fact]
    public void Alignment_OfViews_IsTheMeanSquaredDistanceOfDirections()
    {
        using var scope = NewDisposeScope();
        Tensor a = rand(6, 3), b = rand(6, 3);
        using FeatureSet first = FeatureSet.FromMatrix(a), second = FeatureSet.FromMatrix(b), scaled = FeatureSet.FromMatrix(a * 3);
        RepresentationStatistics.Alignment(first, scaled).Should().BeApproximately(0, 1e-10);
        double expected = Enumerable.Range(0, 6).Average(i => 2 - (2 * (a[i].dot(b[i]) / a[i].norm() / b[i].norm()).item<float>()));
        RepresentationStatistics.Alignment(first, second).Should().BeApproximately(expected, 1e-5);
    }

    [Fact]
    public void Statistics_OfBadInput_SayWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        Expect.ArgumentFault(() => RepresentationStatistics.Of(rand(1, 3)), "features", "two rows");
        Expect.ArgumentFault(() => RepresentationStatistics.Of(rand(3)), "features", "[*, *]");
        Expect.ArgumentFault(() => RepresentationStatistics.Of(full([4, 2], float.NaN)), "features", "NaN");
        using FeatureSet a = FeatureSet.FromMatrix(rand(4, 2)), b = FeatureSet.FromMatrix(rand(5, 2));
        Expect.ArgumentFault(() => RepresentationStatistics.Alignment(a, b), "second", "[4, 2]");
        LiveTensors.ShouldNotGrow(3, () => RepresentationStatistics.Of(a));
    }

    [Fact]
    public void Of_EqualRowsThatRoundingParts_HaveRankZeroAndDeadUnits()
    {
        using var scope = NewDisposeScope();
        RepresentationStatistics s = RepresentationStatistics.Of(full([100, 5], 14.62, ScalarType.Float64));
        (s.EffectiveRank, s.ParticipationRatio, s.DeadUnitCount, s.MaxDeviation, s.GaussianTotalCorrelation).Should().Be((0, 0, 5, 0, 0));
        // One unit in the last place, as a sum in another order leaves it, is rounding too.
        Tensor nearly = full([100, 5], 14.62, ScalarType.Float64);
        nearly[0].fill_(Math.BitIncrement(14.62));
        RepresentationStatistics.Of(nearly).EffectiveRank.Should().Be(0);
    }

    [Theory]
    [InlineData(1e-21)]
    [InlineData(1e-170)]
    [InlineData(1e150)]
    [InlineData(1e300)]
    public void Of_DataInAnotherUnit_AreTheSame(double unit)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor rows = randn([200, 4], ScalarType.Float64, generator: generator) * tensor(new[] { 1, 2, 0.5, 1e-4 });
        RepresentationStatistics plain = RepresentationStatistics.Of(rows), scaled = RepresentationStatistics.Of(rows * unit);
        scaled.EffectiveRank.Should().BeApproximately(plain.EffectiveRank, 1e-9);
        scaled.ParticipationRatio.Should().BeApproximately(plain.ParticipationRatio, 1e-9);
        scaled.GaussianTotalCorrelation.Should().BeApproximately(plain.GaussianTotalCorrelation, 1e-9);
        (scaled.DeadUnitCount, plain.DeadUnitCount).Should().Be((1, 1));
        (scaled.RootMeanSquare / unit).Should().BeApproximately(plain.RootMeanSquare, 1e-9);
        (scaled.MaxDeviation / unit).Should().BeApproximately(plain.MaxDeviation, 1e-9);
    }
}
