using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Tests.Support;

namespace InfoMax.Evaluation.Tests.Probes;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Rates_KnownCounts_AreThoseByHand()
    {
        var matrix = new ConfusionMatrix([[6, 2, 0], [1, 3, 0], [0, 0, 0]], ["forest", "river", "sea"]);
        matrix.Total.Should().Be(12);
        matrix.Accuracy.Should().Be(0.75);
        matrix.Recall.Should().Equal(0.75, 0.75, double.NaN);
        matrix.Precision.Should().Equal(6 / 7.0, 0.6, double.NaN);
        matrix.F1.Should().Equal(12 / 15.0, 6 / 9.0, double.NaN);
        matrix.BalancedAccuracy.Should().Be(0.75);
        matrix.Counts[1].Should().Equal(1, 3, 0);
        matrix.ToString().Should().Be(
            """
            true   | fore rive  sea |  recall  precision     F1
            forest |    6    2    0 |    75.0       85.7   80.0
            river  |    1    3    0 |    75.0       60.0   66.7
            sea    |    0    0    0 |       –          –      –
            12 rows, accuracy 75.0 %, balanced 75.0 %
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Constructor_OfAProbesConfusion_HasItsAccuracy()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(60, 60, 3, 3, 1.0);
        using (train)
        using (test)
        {
            ProbeResult result = new KnnProbe { K = 5 }.Evaluate(train, test);
            new ConfusionMatrix(result.Confusion).Accuracy.Should().BeApproximately(result.Mean, 1e-12);
        }
    }

    [Fact]
    public void Constructor_BadCounts_SaysWhatIsWrong()
    {
        Expect.ArgumentFault(() => _ = new ConfusionMatrix([]), "counts", "square");
        Expect.ArgumentFault(() => _ = new ConfusionMatrix([[1, 2], [3]]), "counts", "2 rows of 2, 1 counts");
        Expect.ArgumentFault(() => _ = new ConfusionMatrix([[1, 2], [3, -4]]), "counts", "-4");
        Expect.ArgumentFault(() => _ = new ConfusionMatrix([[1]], ["a", "b"]), "classNames", "1 classes, got 2");
    }

    [Fact]
    public void ToString_WithoutRows_HasNoRates() =>
        new ConfusionMatrix([[0, 0], [0, 0]]).ToString().Should().EndWith("no rows").And.NotContain("NaN");
}
