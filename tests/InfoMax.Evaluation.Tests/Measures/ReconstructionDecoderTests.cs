using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Randomness;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Measures;

public sealed class ReconstructionDecoderTests
{
    [Fact]
    public void Constructor_For32x32_IsThePublishedNetwork()
    {
        using var decoder = new ReconstructionDecoder(64, [3, 32, 32]);
        decoder.named_parameters().Select(p => $"{p.name} [{string.Join(", ", p.parameter.shape)}]").Should().BeEquivalentTo(
            "linear.weight [8192, 64]", "norm_0.weight [8192]", "norm_0.bias [8192]",
            "upsample_1.weight [512, 256, 4, 4]", "norm_1.weight [256]", "norm_1.bias [256]",
            "upsample_2.weight [256, 128, 4, 4]", "norm_2.weight [128]", "norm_2.bias [128]",
            "upsample_3.weight [128, 64, 4, 4]", "norm_3.weight [64]", "norm_3.bias [64]",
            "output.weight [3, 64, 3, 3]");
        decoder.parameters().Sum(p => p.numel()).Should().Be(524_288 + 16_384 + 2_097_152 + 512 + 524_288 + 256 + 131_072 + 128 + 1_728);
        decoder.StartShape.Should().Equal(512, 4, 4);
    }

    [Theory]
    [InlineData(28, 28, 256, 7, 7)]
    [InlineData(64, 64, 512, 4, 4)]
    [InlineData(96, 96, 512, 6, 6)]
    [InlineData(16, 32, 256, 4, 8)]
    [InlineData(8, 8, 128, 4, 4)]
    [InlineData(20, 20, 256, 5, 5)]
    public void Forward_AnySizeThatHalves_GivesImagesOfThatSize(int height, int width, int channels, int startHeight, int startWidth)
    {
        using var scope = NewDisposeScope();
        using (var published = new ReconstructionDecoder(5, [1, height, width]))
        {
            published.StartShape.Should().Equal(channels, startHeight, startWidth);
        }

        using var decoder = new ReconstructionDecoder(5, [2, height, width], width: 2, seed: 1);
        Tensor images = decoder.call(randn(3, 5));
        images.shape.Should().Equal(3, 2, height, width);
        images.abs().max().item<float>().Should().BeLessThan(1);
    }

    [Fact]
    public void Constructor_WithASeed_DrawsTheSameWeightsInPyTorchsRange()
    {
        using var first = new ReconstructionDecoder(6, [1, 16, 16], width: 4, seed: 3);
        using var second = new ReconstructionDecoder(6, [1, 16, 16], width: 4, seed: 3);
        using var other = new ReconstructionDecoder(6, [1, 16, 16], width: 4, seed: 4);
        using var scope = NewDisposeScope();
        first.parameters().Zip(second.parameters()).Should().OnlyContain(p => p.First.equal(p.Second).all().item<bool>());
        first.get_parameter("upsample_1.weight")!.equal(other.get_parameter("upsample_1.weight")!).any().item<bool>().Should().BeFalse();
        // [16, 8, 4, 4]: fan-in is 8 · 16, as PyTorch counts it for transposed convolutions.
        double greatest = first.get_parameter("upsample_1.weight")!.abs().max().item<float>(), bound = 1 / Math.Sqrt(8 * 16);
        greatest.Should().BeInRange(0.98 * bound, bound);
    }

    [Fact]
    public void Reset_TransposedConvolutions_AreDrawnInEveryDimensionAsPyTorchDraws()
    {
        using var scope = NewDisposeScope();
        nn.Module[] layers = [nn.ConvTranspose1d(6, 3, 5), nn.ConvTranspose2d(6, 3, 5), nn.ConvTranspose3d(6, 3, 5)];
        for (int d = 0; d < layers.Length; d++)
        {
            Tensor weight = layers[d].get_parameter("weight")!;
            double bound = 1 / Math.Sqrt(3 * Math.Pow(5, d + 1));
            weight.abs().max().item<float>().Should().BeInRange((float)(0.9 * bound), (float)bound, "TorchSharp's own draw has this range");
            Tensor before = weight.detach().clone();
            Initialization.Reset(layers[d], RandomStream.Of(1, "test"));
            weight.abs().max().item<float>().Should().BeInRange((float)(0.9 * bound), (float)bound);
            layers[d].get_parameter("bias")!.abs().max().item<float>().Should().BeLessThanOrEqualTo((float)bound);
            weight.equal(before).any().item<bool>().Should().BeFalse();
            layers[d].Dispose();
        }
    }

    [Fact]
    public void Constructor_SizesThatDoNotFit_SaysWhichDo()
    {
        Expect.ArgumentFault(() => _ = new ReconstructionDecoder(5, [1, 30, 30]), "imageShape", "28, 32", "[1, 30, 30]");
        Expect.ArgumentFault(() => _ = new ReconstructionDecoder(5, [1, 36, 36]), "imageShape", "[1, 36, 36]");
        Expect.ArgumentFault(() => _ = new ReconstructionDecoder(5, [1, 4, 4]), "imageShape", "at least 8");
        Expect.ArgumentFault(() => _ = new ReconstructionDecoder(5, [1, 32, 33]), "imageShape");
        Expect.ArgumentFault(() => _ = new ReconstructionDecoder(5, [32, 32]), "imageShape", "[C, H, W]");
        Expect.ArgumentFault(() => _ = new ReconstructionDecoder(0, [1, 32, 32]), "codeSize");
        Expect.ArgumentFault(() => _ = new ReconstructionDecoder(5, [1, 32, 32], width: 0), "width");
        using var decoder = new ReconstructionDecoder(5, [1, 8, 8], width: 1);
        using Tensor codes = zeros(2, 6);
        using FeatureSet set = FeatureSet.FromMatrix(codes);
        Expect.ArgumentFault(() => decoder.call(codes), "codes", "[*, 5]");
        Expect.ArgumentFault(() => decoder.Decode(set), "codes", "5", "got 6");
    }

    [Fact]
    public void Decode_InTrainingMode_DecodesInEvaluationModeAndRestoresIt()
    {
        using var scope = NewDisposeScope();
        using var decoder = new ReconstructionDecoder(3, [1, 8, 8], width: 2, seed: 1);
        decoder.train();
        using FeatureSet codes = FeatureSet.FromMatrix(randn(300, 3));
        Tensor images = decoder.Decode(codes);
        decoder.training.Should().BeTrue();
        images.requires_grad.Should().BeFalse();
        decoder.eval();
        images.sub(decoder.call(codes.Values)).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void MakeAndCall_Repeated_LeaksNoTensor() => LiveTensors.ShouldNotGrow(3, () =>
    {
        using var decoder = new ReconstructionDecoder(3, [1, 8, 8], width: 2, seed: 1);
        using Tensor codes = ones(2, 3), images = decoder.call(codes);
    });
}
