using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Critics;

/// <summary>Concatenating, plain, Gaussian and Lipschitz critics.</summary>
public sealed class PairCriticTests
{
    [Fact]
    public void Concat_Scores_AreThoseOfTheConcatenatedPairs()
    {
        using var scope = NewDisposeScope();
        using var critic = new ConcatCritic(3, 4, hiddenUnits: 7, hiddenLayers: 3, seed: 2);
        Tensor map = rand(5, 3, 2, 2), globals = rand(5, 4, 2);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(map), globals);
        scores.IsFactored.Should().BeFalse();
        Dictionary<string, Tensor> w = critic.state_dict();
        w.Keys.Should().BeEquivalentTo(
            "local.weight", "local.bias", "global.weight", "pair.layer_1.weight", "pair.layer_1.bias", "pair.layer_2.weight", "pair.layer_2.bias", "pair.layer_3.weight", "pair.layer_3.bias");
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
    public void SeparableMlp_Scores_DependOnTheirOwnPairAlone()
    {
        using var scope = NewDisposeScope();
        using var critic = new SeparableMlpCritic(3, 4, units: 6, hiddenUnits: 8, seed: 2);
        critic.state_dict().Keys.Should().Contain(["local.layer_1.weight", "local.layer_3.bias", "global.layer_2.weight"]);
        Tensor x = rand(5, 3, 1), y = rand(5, 4);
        Tensor all = critic.call(new LocalFeatureMap(x), y).ToDense(), some = critic.call(new LocalFeatureMap(x[..3]), y[..3]).ToDense();
        (all[..3, .., ..3] - some).abs().max().item<float>().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void Gaussian_Scores_AreLogLikelihoodsThatIntegrateToOne()
    {
        using var scope = NewDisposeScope();
        using var critic = new GaussianCritic(2, 1, hiddenUnits: 8, seed: 2);
        critic.to(ScalarType.Float64);
        const int N = 2001;
        Tensor x = randn([1, 2], ScalarType.Float64).expand(N, 2).unsqueeze(2), y = linspace(-30, 30, N, dtype: ScalarType.Float64).unsqueeze(1);
        Tensor logLikelihoods = critic.call(new LocalFeatureMap(x), y).ToDense()[TensorIndex.Colon, 0, 0, 0];
        (logLikelihoods.exp().sum().item<double>() * 60 / (N - 1)).Should().BeApproximately(1, 1e-6);
    }

    [Fact]
    public void Gaussian_TrainedOnALinearRelation_FindsIt()
    {
        using var generator = new Generator(3);
        using var scope = NewDisposeScope();
        Tensor x = randn([512, 2], generator: generator);
        Tensor y = x.mm(tensor(new[,] { { 1f, 0.5f }, { 0f, -1f } })) + (randn([512, 2], generator: generator) * 0.5);
        using var critic = new GaussianCritic(2, 2, hiddenUnits: 32, seed: 1);
        using var optimizer = optim.Adam(critic.parameters(), 1e-2);
        var estimator = new ClubEstimator();
        double likelihood = 0;
        for (int step = 0; step < 200; step++)
        {
            using var inner = NewDisposeScope();
            Tensor objective = estimator.Objective(critic.call(new LocalFeatureMap(x.unsqueeze(2)), y));
            likelihood = objective.item<float>();
            optimizer.zero_grad();
            objective.neg().backward();
            optimizer.step();
        }

        // The entropy of the noise: two units of deviation ½.
        likelihood.Should().BeApproximately(-Math.Log(2 * Math.PI * Math.E * 0.25), 0.15);
    }

    [Fact]
    public void Lipschitz_AnyWeightsAndPairs_ChangesByNoMoreThanItsInput()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        using var critic = new LipschitzCritic(3, 2, 16, seed: 1);
        critic.IsLipschitz.Should().BeTrue();
        using var noGrad = no_grad();
        double steepest = 0;
        foreach (double scale in new[] { 0.1, 1.0, 30.0 })
        {
            foreach (Tensor parameter in critic.parameters())
            {
                parameter.copy_(randn(parameter.shape, generator: generator).mul(scale));
            }

            Tensor x = randn([64, 3, 1], generator: generator), y = randn([64, 2], generator: generator);
            Tensor scores = critic.call(new LocalFeatureMap(x), y).ToDense().view(64, 64);
            Tensor moved = critic.call(new LocalFeatureMap(x + 0.01), y).ToDense().view(64, 64);
            Tensor slopes = (moved - scores).abs() / (0.01 * Math.Sqrt(3));
            steepest = Math.Max(steepest, slopes.max().item<float>());
            steepest.Should().BeLessThan(1 + 1e-3);
        }

        steepest.Should().BeGreaterThan(0.01, "it is no constant");
    }

    [Fact]
    public void Calls_WithoutGradient_ScoreTheSameAFewRowsAtATime()
    {
        using var scope = NewDisposeScope();
        // 300 rows of 300·512 numbers are more than are taken at once.
        Tensor x = rand(300, 3, 1), y = rand(300, 4);
        foreach (PairCritic critic in new PairCritic[] { new ConcatCritic(3, 4, 512, seed: 1), new LipschitzCritic(3, 4, 512, seed: 1) })
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
        foreach (PairCritic critic in new PairCritic[] { new ConcatCritic(3, 4, 8), new SeparableMlpCritic(3, 4, 8, 8), new GaussianCritic(3, 4, 8), new LipschitzCritic(3, 4, 8), new SeparableCritic(3, 4, 8) })
        {
            using (critic)
            {
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(5, 2, 1)), rand(5, 4)), "local", "[N, 3, *spatial]");
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(5, 3, 1)), rand(5, 5)), "globals", "[N, 4]");
                Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(1, 3, 1)), rand(1, 4)), "globals", "at least 2");
            }
        }

        FluentActions.Invoking(() => new ConcatCritic(0, 4)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new SeparableMlpCritic(3, 4, hiddenLayers: 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new GaussianCritic(3, 4, hiddenUnits: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Calls_AllCritics_LeakNoTensor()
    {
        using Tensor x = rand(5, 3, 4), y = rand(5, 4);
        foreach (PairCritic critic in new PairCritic[] { new ConcatCritic(3, 4, 8), new SeparableMlpCritic(3, 4, 8, 8), new GaussianCritic(3, 4, 8), new LipschitzCritic(3, 4, 8), new SeparableCritic(3, 4, 8) })
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
