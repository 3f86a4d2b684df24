using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Measures;
using InfoMax.Information;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Measures;

public sealed class InputInformationTests
{
    [Fact]
    public void Information_OfADiscreteCode_IsItsEntropy()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var source = new InMemorySource(randn([1500, 1, 4, 4], generator: generator));
        // The signs of two pixels: two fair coins that the image determines.
        using var encoder = new EncoderAdapter(
            nn.Flatten(), input =>
                new EncoderOutput(new LocalFeatureMap(input.view(input.shape[0], 1, 16)), input.flatten(1).narrow(1, 5, 2).sign()));
        var measure = new InputInformation();
        MutualInformationEstimate quick =
            new InputInformation { Options = measure.Options with { MaxSteps = 2, EvaluationBatchSize = 64 } }.Evaluate(encoder, source);
        quick.Steps.Should().Be(2, "the default critic, of convolutions, fits");
        MutualInformationOptions options = measure.Options with
        {
            Critic = (x, y, seed) => new ConcatCritic(x, y, 64, seed: seed),
            MaxSteps = 300,
            LearningRate = 1e-3,
            ResampleCount = 10,
            Seed = 1,
        };
        MutualInformationEstimate estimate = new InputInformation { Options = options }.Evaluate(encoder, source);
        estimate.Value.Should().BeInRange(0.9, 2 * Math.Log(2) + 0.1, "it is at most the entropy, 2·log 2 = 1.386");
        estimate.Estimator.Should().Be("mine");
        estimate.Certifiable.Should().BeApproximately(Math.Log(estimate.TestPairCount), 1e-12);
        estimate.ToString().Should().Contain("no ceiling").And.Contain("certify");
        MutualInformationEstimate other =
            new InputInformation { Estimator = () => new InfoNceEstimator(), Options = options }.Evaluate(encoder, source);
        other.Value.Should().BeInRange(0.9, 1.5);
        other.ToString().Should().Contain("ceiling").And.NotContain("certify");
    }
}
