using InfoMax.Estimators;
using InfoMax.Information.Tasks;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed class MutualInformationEstimateTests
{
    private static readonly MutualInformationOptions Quick = MutualInformationTests.Quick;

    [Fact]
    public void Estimate_TooFewSamples_SaysThatNothingWasLearnedAndGivesNoUpperEnd()
    {
        // A class of four that a linear probe reads, hidden among 64 numbers: 300 rows are too few for a critic.
        using var scope = NewDisposeScope();
        using var generator = new Generator(8);
        Tensor labels = arange(300).remainder(4), codes = randn([300, 64], generator: generator);
        codes = codes + cat([nn.functional.one_hot(labels, 4).to(ScalarType.Float32) * 2.5, zeros(300, 60)], 1);
        MutualInformationEstimate estimate = MutualInformation.Estimate(
            codes, labels.unsqueeze(1).to(ScalarType.Float32), new NwjEstimator());
        (estimate.End, estimate.High).Should().Be((EstimationEnd.NothingLearned, double.PositiveInfinity), estimate.ToString());
        estimate.Remark.Should().Contain("too few");
        MutualInformation.WithLabels(codes, [.. labels.data<long>().ToArray().Select(label => (int)label)]).Low.Should().BeGreaterThan(0.5);
    }

    [Fact]
    public void Estimate_ACriticThatCannotLearn_EndsWithNothingLearned()
    {
        using SamplePairs pairs = MutualInformationTests.Pairs();
        MutualInformationEstimate estimate = MutualInformation.Estimate(
            pairs.X, pairs.Y, new NwjEstimator(), Quick with { LearningRate = 1e-30, MaxSteps = 300 });
        (estimate.End, estimate.BestStep, estimate.High).Should().Be((EstimationEnd.NothingLearned, 0, double.PositiveInfinity));
        estimate.ToString().Should().Contain("no upper end").And.Contain("nothing learned").And.Contain("use more samples")
            .And.Contain("WithLabels");
    }
}
