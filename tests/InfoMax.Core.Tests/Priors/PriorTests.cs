using InfoMax.Priors;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Priors;

public sealed class PriorTests
{
    private static readonly Prior[] All = [Prior.Uniform, Prior.Gaussian, Prior.Ball, Prior.Sphere];

    [Fact]
    public void Sample_AnyPrior_IsDeterministicForASeedAndOfItsShape()
    {
        foreach (Prior prior in All)
        {
            using var scope = NewDisposeScope();
            using Generator first = new(4), second = new(4);
            Tensor a = prior.Sample(7, 3, first), b = prior.Sample(7, 3, second);
            a.shape.Should().Equal(7L, 3L);
            a.dtype.Should().Be(ScalarType.Float32);
            (a - b).abs().max().item<float>().Should().Be(0, prior.Name);
        }

        All.Select(p => p.Name).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void Ball_Radius_FollowsThePowerOfTheDimension(int units)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor samples = Prior.Ball.Sample(20_000, units, generator);
        Tensor radius = samples.norm(1, false, 2f);
        radius.max().item<float>().Should().BeLessThanOrEqualTo(1 + 1e-6f);
        // E[r] = d/(d + 1) and E[x] = 0 for the uniform ball.
        radius.mean().item<float>().Should().BeApproximately(units / (units + 1f), 0.01f);
        samples.mean([0]).abs().max().item<float>().Should().BeLessThan(0.03f);
    }

    [Fact]
    public void Sphere_Samples_LieOnItAndPointEverywhere()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor samples = Prior.Sphere.Sample(20_000, 8, generator);
        (samples.norm(1, false, 2f) - 1).abs().max().item<float>().Should().BeLessThan(1e-5f);
        samples.mean([0]).abs().max().item<float>().Should().BeLessThan(0.02f);
        samples.square().mean([0]).sub(1 / 8f).abs().max().item<float>().Should().BeLessThan(0.01f);
    }

    [Fact]
    public void Squash_AnyCodes_FallIntoTheRangeOfThePriorWithFiniteGradients()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor codes = cat([zeros(1, 5), randn([20, 5], generator: generator).mul(50), randn([20, 5], generator: generator).mul(1e-3)]);
        foreach (Prior prior in All)
        {
            Tensor leaf = codes.clone().requires_grad_(true);
            Tensor squashed = prior.Squash(leaf);
            squashed.shape.Should().Equal(codes.shape);
            Tensor norms = squashed.detach().norm(1, false, 2f);
            if (prior == Prior.Ball)
            {
                norms.max().item<float>().Should().BeLessThanOrEqualTo(1);
            }
            else if (prior == Prior.Sphere)
            {
                (norms[1..] - 1).abs().max().item<float>().Should().BeLessThan(1e-5f);
            }
            else if (prior == Prior.Uniform)
            {
                (squashed.min().item<float>() >= 0 && squashed.max().item<float>() <= 1).Should().BeTrue();
            }

            squashed.sum().backward();
            leaf.grad!.isfinite().all().item<bool>().Should().BeTrue(prior.Name);
        }
    }

    [Fact]
    public void SampleAndSquash_Repeated_LeaveNoTensor()
    {
        using var generator = new Generator(2);
        using Tensor codes = rand(4, 3);
        foreach (Prior prior in All)
        {
            LiveTensors.ShouldNotGrow(5, () =>
            {
                using Tensor sample = prior.Sample(4, 3, generator);
                using Tensor squashed = prior.Squash(codes);
            });
        }
    }
}
