using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests;

/// <summary>The game of BiGAN.</summary>
public sealed class BidirectionalGanTests
{
    [Fact]
    public void Losses_OfEachPlayer_SendGradientsToTheirOwnerOnly()
    {
        using var scope = NewDisposeScope();
        using var objective = new BidirectionalGanTerm(
            4, [3, 8, 8], new ReconstructionDecoder(4, [3, 8, 8], width: 2, seed: 1), Prior.Gaussian, seed: 1);
        Tensor code = randn(6, 4).requires_grad_(true);
        EncoderOutput output = new EncoderOutput(new LocalFeatureMap(rand(6, 2, 4)), code).WithInput(rand(6, 3, 8, 8));
        Parameter[] discriminator = Of(objective, "discriminator."), generator = Of(objective, "generator.");
        discriminator.Should().NotBeEmpty();
        generator.Should().NotBeEmpty();

        ObjectiveResult result = objective.call(output);
        result.AdversaryLoss!.backward();
        HaveGradients(discriminator).Should().Equal(true);
        HaveGradients(generator).Should().Equal(false);
        code.grad.Should().BeNull();

        foreach (Parameter parameter in discriminator)
        {
            parameter.grad = null;
        }

        objective.call(output).Loss.backward();
        HaveGradients(discriminator).Should().Equal(false);
        discriminator.Should().OnlyContain(p => p.requires_grad);
        HaveGradients(generator).Should().Equal(true);
        code.grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
    }

    [Fact]
    public void Losses_OfADiscriminatorThatCannotTell_AreTwoLogTwo()
    {
        using var scope = NewDisposeScope();
        using var objective = new BidirectionalGanTerm(
            4, [3, 8, 8], new ReconstructionDecoder(4, [3, 8, 8], width: 2, seed: 1), Prior.Gaussian, seed: 1);
        using (no_grad())
        {
            foreach (Parameter parameter in Of(objective, "discriminator.output"))
            {
                parameter.zero_();
            }
        }

        ObjectiveResult result = objective.call(
            new EncoderOutput(new LocalFeatureMap(rand(6, 2, 4)), randn(6, 4)).WithInput(rand(6, 3, 8, 8)));
        result.Loss.item<float>().Should().BeApproximately((float)(2 * Math.Log(2)), 1e-5f);
        result.AdversaryLoss!.item<float>().Should().BeApproximately((float)(2 * Math.Log(2)), 1e-5f);
    }

    [Fact]
    public void Game_OnVectors_BringsGeneratedOnesToTheData()
    {
        // Data on a line in the plane: the generator must find its place, its slope and its spread.
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor along = randn(512, 1, generator: generator);
        Tensor data = cat([along + 2, (0.5 * along) - 1], 1) + (randn(512, 2, generator: generator) * 0.1);
        using Linear make = nn.Linear(2, 2);
        using (no_grad())
        {
            make.weight!.copy_(tensor(new float[,] { { 0.3f, 0.1f }, { -0.1f, 0.3f } }));
            make.bias!.zero_();
        }

        using var objective = new BidirectionalGanTerm(2, [2], make, Prior.Gaussian, seed: 1) { GradientPenaltyWeight = 1 };
        using Linear encode = nn.Linear(2, 2);
        using (no_grad())
        {
            encode.weight!.copy_(eye(2));
            encode.bias!.zero_();
        }

        using optim.Optimizer optimizer = optim.Adam([.. encode.parameters(), .. objective.parameters()], 1e-2, beta1: 0.5, beta2: 0.99);
        for (int step = 0; step < 350; step++)
        {
            using var inner = NewDisposeScope();
            Tensor batch = data.index_select(0, randint(0, 512, [64], generator: generator));
            ObjectiveResult result = objective.call(
                new EncoderOutput(new LocalFeatureMap(batch.unsqueeze(2)), encode.call(batch)).WithInput(batch));
            optimizer.zero_grad();
            (result.Loss + result.AdversaryLoss!).backward();
            optimizer.step();
        }

        make.bias![0].item<float>().Should().BeApproximately(2, 0.4f);
        make.bias![1].item<float>().Should().BeApproximately(-1, 0.4f);
    }

    [Fact]
    public void Evaluate_Repeated_LeavesNoTensor()
    {
        using Tensor input = rand(6, 3, 8, 8), code = randn(6, 4), local = rand(6, 2, 4);
        using var objective = new BidirectionalGanTerm(
            4, [3, 8, 8], new ReconstructionDecoder(4, [3, 8, 8], width: 2, seed: 1), Prior.Uniform, seed: 1);
        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var scope = NewDisposeScope();
            ObjectiveResult result = objective.call(new EncoderOutput(new LocalFeatureMap(local), code).WithInput(input));
            (result.Loss + result.AdversaryLoss!).backward();
        });
    }

    /// <summary>The distinct answers.</summary>
    private static bool[] HaveGradients(Parameter[] parameters) => [.. parameters.Select(p => p.grad is not null).Distinct()];

    private static Parameter[] Of(nn.Module module, string prefix) =>
        [.. module.named_parameters().Where(p => p.name.StartsWith(prefix, StringComparison.Ordinal)).Select(p => p.parameter)];
}
