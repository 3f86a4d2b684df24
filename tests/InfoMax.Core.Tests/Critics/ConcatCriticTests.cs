using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Critics;

public sealed class ConcatCriticTests
{
    [Fact]
    public void Scores_AreThoseOfTheConcatenatedPairs()
    {
        using var scope = NewDisposeScope();
        using var critic = new ConcatCritic(3, 4, hiddenUnits: 7, hiddenLayers: 3, seed: 2);
        Tensor map = rand(5, 3, 2, 2), globals = rand(5, 4, 2);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(map), globals);
        scores.IsFactored.Should().BeFalse();
        Dictionary<string, Tensor> w = critic.state_dict();
        w.Keys.Should().BeEquivalentTo(
            "local.weight", "local.bias", "global.weight", "pair.layer_1.weight", "pair.layer_1.bias",
            "pair.layer_2.weight", "pair.layer_2.bias", "pair.layer_3.weight", "pair.layer_3.bias");
        Tensor dense = scores.ToDense();
        dense.shape.Should().Equal(5L, 2L, 5L, 4L);
        Tensor first = cat([w["global.weight"], w["local.weight"]], 1);
        foreach ((int i, int k, int j, int l) in new[] { (0, 0, 0, 0), (1, 1, 3, 2), (4, 0, 2, 3) })
        {
            Tensor pair = cat([globals[i, TensorIndex.Colon, k], map.flatten(2)[j, TensorIndex.Colon, l]]);
            // A hidden layer, two more of the pair's own, and the output.
            Tensor value = first.mv(pair).add(w["local.bias"]).relu();
            value = w["pair.layer_1.weight"].mv(value).add(w["pair.layer_1.bias"]).relu();
            value = w["pair.layer_2.weight"].mv(value).add(w["pair.layer_2.bias"]).relu();
            value = w["pair.layer_3.weight"].mv(value).add(w["pair.layer_3.bias"]);
            dense[i, k, j, l].item<float>().Should().BeApproximately(value.item<float>(), 1e-5f);
        }

        (scores.GlobalVectors()![1, 1] - globals[1, TensorIndex.Colon, 1]).abs().max().item<float>().Should().Be(0);
        (scores.LocalVectors()![1, 3] - map.flatten(2)[1, TensorIndex.Colon, 3]).abs().max().item<float>().Should().Be(0);
    }

    [Fact]
    public void Calls_WithoutGradient_ScoreTheSameAFewRowsAtATime()
    {
        using var scope = NewDisposeScope();
        // 300 rows of 300·512 numbers are more than are taken at once.
        Tensor x = rand(300, 3, 1), y = rand(300, 4);
        foreach (Critic critic in new Critic[] { new ConcatCritic(3, 4, 512, seed: 1) })
        {
            using (critic)
            {
                Tensor whole = critic.call(new LocalFeatureMap(x), y).ToDense();
                using var noGrad = no_grad();
                (critic.call(new LocalFeatureMap(x), y).ToDense() - whole).abs().max().item<float>().Should().BeLessThan(1e-5f);
            }
        }
    }

    [Fact]
    public void Calls_WrongArguments_SayWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        foreach (Critic critic in new Critic[] { new ConcatCritic(3, 4, 8), new BilinearCritic(3, 4), new SeparableCritic(3, 4, 8) })
        {
            using (critic)
            {
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(5, 2, 1)), rand(5, 4)), "local", "[N, 3, *spatial]");
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(5, 3, 1)), rand(5, 5)), "globals", "[N, 4]");
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(1, 3, 1)), rand(1, 4)), "globals", "at least 2");
            }
        }

        foreach (Action size in new Action[]
        {
            () => _ = new ConcatCritic(0, 4), () => _ = new ConcatCritic(3, 0),
            () => _ = new ConcatCritic(3, 4, hiddenUnits: 0), () => _ = new ConcatCritic(
                3, 4, hiddenLayers: 0),
        })
        {
            size.Should().Throw<ArgumentOutOfRangeException>();
        }
    }

    [Fact]
    public void Calls_AllCritics_LeakNoTensor()
    {
        using Tensor x = rand(5, 3, 4), y = rand(5, 4);
        foreach (Critic critic in new Critic[] { new ConcatCritic(3, 4, 8), new BilinearCritic(3, 4), new SeparableCritic(3, 4, 8) })
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
