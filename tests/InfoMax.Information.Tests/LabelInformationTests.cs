using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed class LabelInformationTests
{
    [Fact]
    public void WithLabels_OfNormalClasses_IsNearTheTruthAndBelowTheEntropy()
    {
        // N(±1, 1) of a fair coin: 0.3367 nats by numerical integration; the best classifier is linear.
        using var scope = NewDisposeScope();
        (Tensor features, int[] labels) = Classes(4000, 2, 2, 1);
        LabelInformation found = MutualInformation.WithLabels(features.narrow(1, 0, 1) - features.narrow(1, 1, 1), labels);
        found.Value.Should().BeInRange(found.Low, found.High);
        found.Entropy.Should().BeApproximately(Math.Log(2), 1e-12);
        found.CrossEntropy.Should().BeApproximately(found.Entropy - found.Value, 1e-12);
        // Difference of two coordinates of unit variance and distance 1: a coin with scores √2 apart in deviations.
        found.Value.Should().BeInRange(0.17, 0.25, found.ToString());
        (found.Count, found.ClassCount, found.Confidence).Should().Be((4000, 2, 0.95));
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1)]
    [InlineData(1e200)]
    public void WithLabels_OfSeparableClasses_ComesCloseToTheEntropyInAnyUnit(double unit)
    {
        using var scope = NewDisposeScope();
        (Tensor features, int[] labels) = Classes(300, 64, 4, 12);
        LabelInformation found = MutualInformation.WithLabels(features * unit, labels);
        found.Value.Should().BeInRange(1.2, Math.Log(4), found.ToString());
        found.High.Should().BeLessThanOrEqualTo(found.Entropy);
        found.Accuracy.Should().BeGreaterThan(0.98);
    }

    [Fact]
    public void WithLabels_OfFeaturesWithoutAnything_IsAboutZero()
    {
        using var scope = NewDisposeScope();
        (Tensor features, int[] labels) = Classes(600, 20, 3, 0);
        LabelInformation found = MutualInformation.WithLabels(features, labels);
        found.Value.Should().BeInRange(-0.05, 0.02);
        found.Low.Should().BeLessThan(0);
        found.ToString().Should().Contain("nats [").And.Contain("of at most 1.099 (3 classes, 600 rows; ");
    }

    [Fact]
    public void WithLabels_RowsStatedTwice_DoNotHelp()
    {
        // With a copy in the training part, a row would be predicted from itself.
        using var scope = NewDisposeScope();
        (Tensor features, int[] labels) = Classes(200, 100, 2, 0);
        LabelInformation found = MutualInformation.WithLabels(cat([features, features]), [.. labels, .. labels]);
        found.Value.Should().BeLessThan(0.05);
        found.Count.Should().Be(200);
    }

    [Fact]
    public void WithLabels_OneClass_IsZero()
    {
        using var scope = NewDisposeScope();
        LabelInformation found = MutualInformation.WithLabels(rand(50, 2), new int[50]);
        (found.Value, found.Entropy).Should().Be((0, 0));
    }

    [Fact]
    public void WithLabels_NumbersOfClasses_AreNamesAlone()
    {
        using var scope = NewDisposeScope();
        (Tensor features, int[] labels) = Classes(300, 4, 3, 2);
        double expected = MutualInformation.WithLabels(features, labels).Value;
        MutualInformation.WithLabels(features, [.. labels.Select(label => label == 2 ? int.MaxValue : -label)]).Value.Should()
            .BeApproximately(
            expected, 0.05);
        MutualInformation.WithLabels(features, labels).Value.Should().Be(expected, "it is deterministic");
    }

    [Fact]
    public void WithLabels_BadArguments_SaysWhatWasExpected()
    {
        using Tensor features = rand(40, 2), broken = full(40, 2, float.NaN), flat = rand(40);
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 2)];
        Expect.ArgumentFault(() => MutualInformation.WithLabels(null!, labels), "features");
        Expect.ArgumentFault(() => MutualInformation.WithLabels(flat, labels), "features", "unsqueeze");
        Expect.ArgumentFault(() => MutualInformation.WithLabels(broken, labels), "features", "NaN");
        Expect.ArgumentFault(() => MutualInformation.WithLabels(features, null!), "labels");
        Expect.ArgumentFault(() => MutualInformation.WithLabels(features, labels[1..]), "labels", "40 rows", "39 labels");
        Expect.ArgumentFault(() => MutualInformation.WithLabels(features, [.. Enumerable.Range(0, 40)]), "labels", "40 classes");
        Expect.ArgumentFault(() => MutualInformation.WithLabels(features, labels, confidence: 1), "confidence");
        FluentActions.Invoking(() => MutualInformation.WithLabels(features, labels, cancellationToken: new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
        LiveTensors.ShouldNotGrow(2, () => MutualInformation.WithLabels(features, labels));
    }

    /// <summary>Normal features whose mean in the coordinate of the class is shifted, and classes in turn.</summary>
    private static (Tensor Features, int[] Labels) Classes(int count, int columns, int classes, double shift)
    {
        using var generator = new Generator(11);
        Tensor labels = arange(count).remainder(classes);
        Tensor means = nn.functional.pad(nn.functional.one_hot(labels, classes).to(ScalarType.Float64), [0L, columns - classes]);
        Tensor features = randn([count, columns], ScalarType.Float64, generator: generator) + (shift * means);
        return (features, [.. labels.data<long>().ToArray().Select(l => (int)l)]);
    }
}
