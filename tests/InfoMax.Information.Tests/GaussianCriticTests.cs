using InfoMax.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed class GaussianCriticTests
{
    [Fact]
    public void Scores_AreLogLikelihoodsThatIntegrateToOne()
    {
        using var scope = NewDisposeScope();
        using var critic = new GaussianCritic(2, 1, hiddenUnits: 8, seed: 2);
        critic.to(ScalarType.Float64);
        const int N = 2001;
        Tensor x = randn([1, 2], ScalarType.Float64).expand(N, 2).unsqueeze(2);
        Tensor y = linspace(-30, 30, N, dtype: ScalarType.Float64).unsqueeze(1);
        Tensor logLikelihoods = critic.call(new LocalFeatureMap(x), y).ToDense()[TensorIndex.Colon, 0, 0, 0];
        (logLikelihoods.exp().sum().item<double>() * 60 / (N - 1)).Should().BeApproximately(1, 1e-6);
    }

    [Fact]
    public void TrainedOnALinearRelation_FindsIt()
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
}
