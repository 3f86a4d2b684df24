using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

/// <summary>The separable critic, and what the critics of this project have in common.</summary>
public sealed class SeparableMlpCriticTests
{
    [Fact]
    public void Scores_DependOnTheirOwnPairAlone()
    {
        using var scope = NewDisposeScope();
        using var critic = new SeparableMlpCritic(3, 4, units: 6, hiddenUnits: 8, seed: 2);
        critic.state_dict().Keys.Should().Contain(["local.layer_1.weight", "local.layer_3.bias", "global.layer_2.weight"]);
        Tensor x = rand(5, 3, 1), y = rand(5, 4);
        Tensor all = critic.call(new LocalFeatureMap(x), y).ToDense(), some = critic.call(new LocalFeatureMap(x[..3]), y[..3]).ToDense();
        (all[..3, .., ..3] - some).abs().max().item<float>().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void Calls_WrongArguments_SayWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        foreach (
            Critic critic in new Critic[] { new SeparableMlpCritic(3, 4, 8, 8), new GaussianCritic(3, 4, 8), new LipschitzCritic(3, 4, 8) })
        {
            using (critic)
            {
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(5, 2, 1)), rand(5, 4)), "local", "[N, 3, *spatial]");
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(5, 3, 1)), rand(5, 5)), "globals", "[N, 4]");
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(1, 3, 1)), rand(1, 4)), "globals", "at least 2");
            }
        }

        FluentActions.Invoking(() => new LipschitzCritic(1, 1, 3)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new SeparableMlpCritic(3, 4, hiddenLayers: 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new GaussianCritic(3, 4, hiddenUnits: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Calls_AllCritics_LeakNoTensor()
    {
        using Tensor x = rand(5, 3, 4), y = rand(5, 4);
        foreach (
            Critic critic in new Critic[] { new SeparableMlpCritic(3, 4, 8, 8), new GaussianCritic(3, 4, 8), new LipschitzCritic(3, 4, 8) })
        {
            using (critic)
            {
                LiveTensors.ShouldNotGrow(5, () =>
                {
                    using var scope = NewDisposeScope();
                    using ScoreMatrix scores = critic.call(new LocalFeatureMap(x), y);
                    new InfoNceEstimator().Objective(scores).backward();
                });
                LiveTensors.ShouldNotGrow(5, () =>
                {
                    using ScoreMatrix scores = critic.call(new LocalFeatureMap(x), y);
                });
            }
        }
    }
}
