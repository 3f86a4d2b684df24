using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

/// <summary>The game between encoder and discriminator.</summary>
public sealed class PriorMatchingTests
{
    [Fact]
    public void Losses_OfTheTwoPlayers_SendGradientsOnlyToTheirOwner()
    {
        using var scope = NewDisposeScope();
        using var matching = new PriorMatching(4, Prior.Uniform, seed: 1);
        Tensor codes = randn(16, 4).requires_grad_(true);
        ObjectiveResult result = matching.call(Output(codes));
        result.Loss.backward(retain_graph: true);
        codes.grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
        matching.parameters().All(p => p.grad is null).Should().BeTrue();
        codes.grad!.zero_();
        result.AdversaryLoss!.backward();
        codes.grad!.abs().sum().item<float>().Should().Be(0);
        // The last bias has no part in the gradient penalty but in the loss; every parameter learns.
        matching.parameters().All(p => p.grad is not null && p.requires_grad).Should().BeTrue();
    }

    public static TheoryData<string> Games => new("gan", "jsd", "nwj", "rkl", "hellinger", "tv", "w");

    [Theory]
    [MemberData(nameof(Games))]
    public void Losses_OfEveryDivergence_AreItsFunctionsAndMoveOnlyTheirOwner(string name)
    {
        using var scope = NewDisposeScope();
        DivergenceEstimator divergence = Game(name);
        double least = divergence.NeedsLipschitzCritic ? 1e-9 : 0;
        using var matching = new PriorMatching(2, Prior.Gaussian, seed: 1) { Divergence = divergence, GradientPenaltyWeight = least };
        using var saturating =
            new PriorMatching(2, Prior.Gaussian, seed: 1) { Divergence = divergence, GradientPenaltyWeight = least, Saturating = true };
        Tensor codes = randn(64, 2).add(1).requires_grad_(true);
        ObjectiveResult result = matching.call(Output(codes)), minimax = saturating.call(Output(codes));
        Tensor onCodes = ((PriorDiscriminator)matching.named_modules().Single(m => m.name == "discriminator").module).call(codes);
        result.Loss.item<float>().Should().BeApproximately(-divergence.Positive.Value(onCodes).mean().item<float>(), 1e-5f);
        minimax.Loss.item<float>().Should().BeApproximately(-divergence.Negative.Value(onCodes).mean().item<float>(), 1e-5f);
        result.Loss.backward(retain_graph: true);
        codes.grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
        matching.parameters().All(p => p.grad is null).Should().BeTrue();
        result.AdversaryLoss!.backward();
        matching.parameters().All(p => p.grad is not null).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Games))]
    public void Game_OfEveryDivergence_MovesTheCodesTowardsThePrior(string name)
    {
        using var generator = new Generator(3);
        using Parameter codes = nn.Parameter(randn([32, 1], generator: generator).mul_(0.3).add_(3));
        using var matching = new PriorMatching(1, Prior.Gaussian, weight: 1, seed: 1) { Divergence = Game(name) };
        using optim.Optimizer codeSteps = optim.Adam([codes], 0.03, beta1: 0.5),
            discriminatorSteps = optim.Adam(matching.parameters().ToArray(), 1e-3, beta1: 0.5);
        for (int step = 0; step < 120; step++)
        {
            using var scope = NewDisposeScope();
            ObjectiveResult result = matching.call(Output(codes));
            codeSteps.zero_grad();
            discriminatorSteps.zero_grad();
            (result.Loss + result.AdversaryLoss!).backward();
            codeSteps.step();
            discriminatorSteps.step();
        }

        using var end = NewDisposeScope();
        Math.Abs(codes.mean().item<float>()).Should().BeLessThan(2f, "they started at 3");
    }

    [Fact]
    public void CustomPrior_MadeOfFunctions_IsMatchedAndChecked()
    {
        using var scope = NewDisposeScope();
        Prior prior = Prior.Custom("two-bumps", (count, units, g) => randn(count, units, generator: g).mul(0.1).add(1), codes =>
            codes.tanh());
        using var matching = new PriorMatching(2, prior, seed: 1);
        matching.call(Output(randn(8, 2))).Loss.item<float>().Should().BePositive();
        prior.Name.Should().Be("two-bumps");
        using var wrong = new PriorMatching(2, Prior.Custom("wrong", (count, _, _) => zeros(count, 5)), seed: 1);
        FluentActions.Invoking(() => wrong.call(Output(randn(8, 2)))).Should()
            .Throw<InvalidOperationException>().WithMessage("*\"wrong\"*[8, 2]*[8, 5]*");
        using var generator = new Generator(1);
        LiveTensors.ShouldNotGrow(3, () =>
        {
            prior.Sample(3, 2, generator).Dispose();
            using Tensor codes = zeros(2, 2);
            prior.Squash(codes).Dispose();
        });
    }

    [Fact]
    public void WassersteinGame_WithoutAPenalty_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var matching = new PriorMatching(2, Prior.Gaussian, seed: 1)
        {
            Divergence = DivergenceEstimator.Wasserstein,
            GradientPenaltyWeight = 0,
        };
        FluentActions.Invoking(() => matching.call(Output(randn(4, 2)))).Should()
            .Throw<InvalidOperationException>().WithMessage("*gradient penalty above 0*");
    }

    private static DivergenceEstimator Game(string name) => name switch
    {
        "gan" => DivergenceEstimator.Gan,
        "jsd" => new JensenShannonEstimator(),
        "nwj" => new NwjEstimator(),
        "rkl" => DivergenceEstimator.ReverseKullbackLeibler,
        "hellinger" => DivergenceEstimator.SquaredHellinger,
        "tv" => DivergenceEstimator.TotalVariation,
        _ => DivergenceEstimator.Wasserstein,
    };

    [Theory]
    [InlineData("uniform")]
    [InlineData("gaussian")]
    public void Steps_OfEachPlayer_MoveTheDiscriminatorsErrorAgainstEachOther(string name)
    {
        Prior prior = name == "uniform" ? Prior.Uniform : Prior.Gaussian;
        using var generator = new Generator(3);
        using Parameter codes = nn.Parameter(randn([256, 4], generator: generator).mul_(3).add_(2));
        using var matching = new PriorMatching(4, prior, seed: 1) { GradientPenaltyWeight = 0 };
        using optim.Optimizer discriminatorSteps = optim.Adam(matching.parameters().ToArray(), 1e-3);
        using optim.Optimizer encoderStep = optim.SGD([codes], 64.0);

        for (int step = 0; step < 60; step++)
        {
            using var scope = NewDisposeScope();
            discriminatorSteps.zero_grad();
            matching.call(Output(codes)).AdversaryLoss!.backward();
            discriminatorSteps.step();
        }

        (double loss, double accuracy) = Error(matching, codes);
        loss.Should().BeLessThan(2 * Math.Log(2), "discriminator steps lower its error");
        accuracy.Should().BeGreaterThan(0.7);

        using (NewDisposeScope())
        {
            encoderStep.zero_grad();
            matching.call(Output(codes)).Loss.backward();
            encoderStep.step();
        }

        (double after, double _) = Error(matching, codes);
        after.Should().BeGreaterThan(loss + 1e-3, "an encoder step raises the discriminator's error");

        // Few steps lower the error by less than the samples of the prior, drawn anew, may raise it.
        for (int step = 0; step < 60; step++)
        {
            using var scope = NewDisposeScope();
            discriminatorSteps.zero_grad();
            matching.call(Output(codes)).AdversaryLoss!.backward();
            discriminatorSteps.step();
        }

        Error(matching, codes).Loss.Should().BeLessThan(after, "discriminator steps lower it again");
    }

    [Fact]
    public void Game_PlayedOut_MovesTheCodesToThePrior()
    {
        using var generator = new Generator(3);
        using Parameter codes = nn.Parameter(randn([64, 1], generator: generator).mul_(0.1).add_(3));
        using var matching = new PriorMatching(1, Prior.Gaussian, weight: 1, seed: 1);
        using optim.Optimizer optimizer = optim.Adam([codes, .. matching.parameters()], 0.01, 0.5, 0.9);
        for (int step = 0; step < 500; step++)
        {
            using var scope = NewDisposeScope();
            ObjectiveResult result = matching.call(Output(codes));
            optimizer.zero_grad();
            (result.Loss + result.AdversaryLoss!).backward();
            optimizer.step();
        }

        using var noGrad = no_grad();
        codes.mean().item<float>().Should().BeApproximately(0, 0.35f);
        codes.std().item<float>().Should().BeInRange(0.6f, 1.4f);
    }

    [Fact]
    public void GradientPenalty_OfTheWholeBatch_EqualsTheMeanOfSingleRows()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new PriorDiscriminator(3, 20, 10, seed: 1);
        Tensor codes = randn(5, 3);
        double mean = Enumerable.Range(0, 5).Average(i => discriminator.GradientPenalty(codes.narrow(0, i, 1)).item<float>());
        double whole = discriminator.GradientPenalty(codes).item<float>();
        whole.Should().BeApproximately(mean, 1e-6 * mean + 1e-9).And.BeGreaterThan(0);
        discriminator.GradientPenalty(codes).backward();
        discriminator.state_dict()["first.weight"].Should().NotBeNull();
        discriminator.parameters().First().grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
    }

    [Fact]
    public void Priors_Samples_HaveTheirMomentsAndSquashIntoTheirRange()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor uniform = Prior.Uniform.Sample(20000, 2, generator), gaussian = Prior.Gaussian.Sample(20000, 2, generator);
        uniform.mean().item<float>().Should().BeApproximately(0.5f, 0.01f);
        uniform.min().item<float>().Should().BeInRange(0, 0.001f);
        gaussian.std().item<float>().Should().BeApproximately(1, 0.02f);
        Prior.Uniform.Squash(gaussian.mul(100)).max().item<float>().Should().BeLessThanOrEqualTo(1);
        Tensor squashed = Prior.Gaussian.Squash(gaussian);
        squashed.Equals(gaussian).Should().BeTrue();
        squashed.Should().NotBeSameAs(gaussian);
    }

    [Fact]
    public void WrongArguments_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var matching = new PriorMatching(4, Prior.Uniform);
        Expect.ArgumentFault(() => matching.call(Output(randn(3, 5))), "output", "[N, 4]", "[3, 5]");
        Expect.ArgumentFault(() => _ = new PriorMatching(4, Prior.Uniform, weight: -1), "Weight", "at least 0");
        Expect.ArgumentFault(() => _ = new PriorMatching(4, Prior.Uniform, weight: double.NaN), "Weight", "finite");
        Expect.ArgumentFault(() => _ = new PriorMatching(4, Prior.Uniform) { GradientPenaltyWeight = -1 }, "GradientPenaltyWeight");
        FluentActions.Invoking(() => new PriorMatching(4, null!)).Should().Throw<ArgumentNullException>();
        using var discriminator = new PriorDiscriminator(4);
        Expect.ArgumentFault(() => discriminator.call(rand(3, 5)), "codes", "[*, 4]");
    }

    private static (double Loss, double Accuracy) Error(PriorMatching matching, Tensor codes)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // Averaged over several draws of the prior.
        ObjectiveResult[] results = [.. Enumerable.Range(0, 20).Select(_ => matching.call(Output(codes)))];
        return (results.Average(r => r.Metrics["discriminator"].item<float>()), results.Average(r => r.Metrics["accuracy"].item<float>()));
    }

    private static EncoderOutput Output(Tensor codes) => new(new LocalFeatureMap(zeros([codes.shape[0], 1, 1], codes.dtype)), codes);
}
