using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

public sealed class LipschitzCriticTests
{
    [Fact]
    public void AnyWeightsAndPairs_ChangesByNoMoreThanItsInput()
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
        foreach (LipschitzCritic critic in new[] { new LipschitzCritic(3, 4, 512, seed: 1) })
        {
            using (critic)
            {
                Tensor whole = critic.call(new LocalFeatureMap(x), y).ToDense();
                using var noGrad = no_grad();
                (critic.call(new LocalFeatureMap(x), y).ToDense() - whole).abs().max().item<float>().Should().BeLessThan(1e-5f);
            }
        }
    }
}
