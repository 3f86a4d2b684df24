using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class OccludingEncoderTests
{
    [Theory]
    [InlineData(32, 32, 10)]
    [InlineData(28, 28, 10)]
    [InlineData(8, 4, 4)]
    [InlineData(20, 64, 10)]
    public void Masks_AnySize_LeaveABlockVisibleAndHideOne(int height, int width, int block)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor masks = new OcclusionMask(block).Sample(300, [height, width], generator);
        masks.shape.Should().Equal(300L, 1L, height, width);
        Tensor hidden = masks.to(ScalarType.Float32);
        // A block is hidden where the mean over it is 1, and visible where it is 0.
        Tensor means = nn.functional.avg_pool2d(hidden, block, 1);
        means.amax([1, 2, 3]).eq(1).all().item<bool>().Should().BeTrue();
        means.amin([1, 2, 3]).eq(0).all().item<bool>().Should().BeTrue();
        hidden.mean().item<float>().Should().BeInRange(0.3f, 0.7f);
    }

    [Theory]
    [InlineData(new[] { 50 }, 10)]
    [InlineData(new[] { 8, 6, 5 }, 4)]
    public void Masks_OfSequencesAndVolumes_LeaveABlockVisibleAndHideOne(int[] sizes, int block)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor hidden = new OcclusionMask(block).Sample(200, sizes, generator).to(ScalarType.Float32);
        hidden.shape.Should().Equal([200, 1, .. sizes.Select(s => (long)s)]);
        Tensor means = sizes.Length == 1 ? nn.functional.avg_pool1d(hidden, block, 1)
            : nn.functional.avg_pool3d(hidden, [block, block, block], [1L, 1L, 1L]);
        means.flatten(1).amax([1]).eq(1).all().item<bool>().Should().BeTrue();
        means.flatten(1).amin([1]).eq(0).all().item<bool>().Should().BeTrue();
        using var encoder = new OccludingEncoder(new Plain(), block, fill: -5, seed: 3);
        Tensor inputs = rand([3, 2, .. sizes.Select(s => (long)s)]);
        Tensor seen = encoder.call(inputs).Global.view(inputs.shape);
        seen.eq(-5).flatten(1).any(1).all().item<bool>().Should().BeTrue();
        seen[.., 0].eq(-5).eq(seen[.., 1].eq(-5)).all().item<bool>().Should().BeTrue("a place is hidden in all channels");
    }

    [Fact]
    public void Masks_SameSeed_AreTheSame()
    {
        using var scope = NewDisposeScope();
        using Generator first = new(1), second = new(1), third = new(2);
        var mask = new OcclusionMask(block: 10);
        Tensor a = mask.Sample(4, [32, 32], first), b = mask.Sample(4, [32, 32], second), c = mask.Sample(4, [32, 32], third);
        a.eq(b).all().item<bool>().Should().BeTrue();
        a.eq(c).all().item<bool>().Should().BeFalse();
        FluentActions.Invoking(() => mask.Sample(4, [19, 19], first)).Should().Throw<ArgumentOutOfRangeException>().WithMessage(
            "*20 on one*19×19*");
        FluentActions.Invoking(() => new OccludingEncoder(new Plain(), block: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Encoder_InTraining_TakesTheCodeFromAnOccludedImageAndTheMapFromTheWhole()
    {
        using var scope = NewDisposeScope();
        using var encoder = new OccludingEncoder(new Plain(), fill: -5, seed: 3);
        Tensor images = rand(6, 1, 32, 32);
        EncoderOutput output = encoder.call(images);
        (output.Local.Values - images).abs().max().item<float>().Should().Be(0);
        Tensor seen = output.Global.view(6, 32, 32);
        Tensor hidden = seen.eq(-5);
        hidden.flatten(1).any(1).all().item<bool>().Should().BeTrue();
        (seen.masked_fill(hidden, 0) - images.squeeze(1).masked_fill(hidden, 0)).abs().max().item<float>().Should().Be(0);
        encoder.eval();
        (encoder.call(images).Global.view(6, 1, 32, 32) - images).abs().max().item<float>().Should().Be(0);
    }

    [Fact]
    public void Trainer_WithOcclusion_LearnsWithoutLeaking()
    {
        using var generator = new Generator(1);
        using Tensor images = randn([64, 3, 1, 1], generator: generator) + (randn([64, 3, 32, 32], generator: generator) * 0.3);
        using var encoder = new OccludingEncoder(ConvEncoder.For32x32(seed: 1), seed: 1);
        encoder.state_dict().Keys.Should().OnlyContain(k => k.StartsWith("inner.", StringComparison.Ordinal));
        using DimTrainer trainer = new DimTrainer(encoder, images).Local(new InfoNceEstimator(), units: 16, locations: 4).LearningRate(
            1e-3).BatchSize(32).Epochs(8).Seed(1);
        TrainingResult result = trainer.Fit();
        result.Epochs[^1].Metrics["local.loss"].Should().BeLessThan(result.Epochs[0].Metrics["local.loss"] - 0.2);
        encoder.train();
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using EncoderOutput output = encoder.call(images);
        });
    }

    /// <summary>The image itself as map and, flattened, as code.</summary>
    private sealed class Plain() : Encoder(nameof(Plain))
    {
        protected override EncoderOutput Encode(Tensor input) => new(new LocalFeatureMap(input.clone()), input.flatten(1).clone());
    }
}
