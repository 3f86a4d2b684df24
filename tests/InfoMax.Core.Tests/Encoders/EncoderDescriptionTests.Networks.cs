using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

/// <summary>Every named network: shapes, parameter counts worked out by hand, gradients.</summary>
public sealed partial class EncoderDescriptionTests
{
    private const int BatchSize = 3;

    private static readonly long AlexConvolutions = Conv(3, 96, 9) + Conv(96, 192, 9) + Conv(192, 384, 9) + Conv(384, 384, 9) + Conv(
        384, 192, 9);

    // Blocks of width 64 ×2, 128 with stride 2, 128, 256 with stride 2, 256, as bottlenecks; then the deeper one's extra blocks.
    private static readonly long ResNet19 = Conv(3, 64, 9) + Bottleneck(64, 64, true) + Bottleneck(256, 64) + Bottleneck(
        256, 128, true) + Bottleneck(512, 128)
        + Bottleneck(512, 256, true) + Bottleneck(1024, 256);

    private static readonly long ResNet34 = ResNet19 + (4 * Bottleneck(512, 128)) + Bottleneck(1024, 256);

    public static TheoryData<string, long[], long[], long[], string, long> Networks => new()
    {
        { "basic 28", [1, 28, 28], [128, 7, 7], [64], "conv 128 7 7, fc 1024", Conv(1, 64, 25) + Conv(64, 128, 25) + Hidden(
            6272, 1024) + Last(1024, 64) },
        { "basic 32", [3, 32, 32], [128, 8, 8], [64], "conv 256 4 4, fc 1024", Conv(3, 64, 16) + Conv(64, 128, 16) + Conv(
            128, 256, 16) + Hidden(4096, 1024) + Last(1024, 64) },
        {
            "basic 64", [3, 64, 64], [256, 8, 8], [64], "conv 512 4 4, fc 1024",
            Conv(3, 64, 16) + Conv(64, 128, 16) + Conv(128, 256, 16) + Conv(256, 512, 16) + Hidden(8192, 1024) + Last(1024, 64)
        },
        { "alex", [3, 64, 64], [384, 15, 15], [64], "conv 192 7 7, fc 4096", AlexConvolutions + Hidden(9408, 4096) + Hidden(
            4096, 4096) + Last(4096, 64) },
        {
            // Biases on the crops' convolutions and the hidden layer.
            "folded alex", [3, 64, 64], [192, 7, 7], [64], "conv 192 7 7, fc 4096",
            AlexConvolutions + 96 + 192 + 384 + 384 + 192 + Conv(192, 384, 9) + Hidden(384 * 9, 4096) + 4096 + Last(4096, 64)
        },
        { "folded multi alex", [3, 64, 64], [192, 7, 7], [192, 25], "conv 192 7 7", AlexConvolutions + Conv(192, 192, 9) + Conv(
            192, 192, 1) },
        { "resnet 19", [3, 32, 32], [512, 8, 8], [64], "conv 1024 4 4, fc 1024", ResNet19 + Hidden(16384, 1024) + Last(1024, 64) },
        { "resnet 34", [3, 32, 32], [512, 8, 8], [64], "conv 1024 4 4, fc 1024", ResNet34 + Bottleneck(256, 64) + Hidden(
            16384, 1024) + Last(1024, 64) },
        { "folded resnet 19", [3, 32, 32], [1024, 7, 7], [64], "conv 1024 7 7, fc 1024", ResNet19 + Hidden(1024 * 49, 1024) + Last(
            1024, 64) },
        { "folded resnet 34", [3, 32, 32], [1024, 7, 7], [64], "conv 1024 7 7, fc 1024", ResNet34 + Hidden(1024 * 49, 1024) + Last(
            1024, 64) },
        {
            "sequence", [2, 100], [128, 6], [64], "conv 256 3, fc 1024, pool 256",
            Conv(2, 64, 8) + Conv(64, 128, 4) + Conv(128, 128, 4) + Conv(128, 256, 4) + Hidden(256, 1024) + Last(1024, 64)
        },
        { "volume", [1, 16, 12, 8], [64, 4, 3, 2], [64], "conv 128 2 1 1, fc 512, pool 128", Conv(1, 32, 64) + Conv(32, 64, 64) + Conv(
            64, 128, 64) + Hidden(128, 512) + Last(512, 64) },
        // torchvision's numbers without its classifier.
        { "resnet 18", [3, 64, 96], [128, 8, 12], [64], "conv 512 2 3, pool 512", 11_176_512 + Last(512, 64) },
        { "resnet 34 standard", [3, 64, 64], [64, 16, 16], [64], "conv 512 2 2, pool 512", 21_284_672 + Last(512, 64) },
        { "resnet 50", [3, 64, 64], [2048, 2, 2], [64], "conv 2048 2 2, pool 2048", 23_508_032 + Last(2048, 64) },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Network_SmallBatch_HasItsShapesItsParametersAndGradientsToAll(
        string name, long[] input, long[] local, long[] global, string features, long parameters)
    {
        using var scope = NewDisposeScope();
        EncoderDescription description = Describe(name);
        using var encoder = new ConvEncoder(description);
        encoder.parameters().Sum(p => p.numel()).Should().Be(parameters);

        using EncoderOutput output = encoder.call(randn([BatchSize, .. input]));
        output.Local.Values.shape[1..].Should().Equal(local);
        output.Global.shape[1..].Should().Equal(global);
        output.Features.Where(f => f.Key != "global").OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => $"{f.Key} {string.Join(' ', f.Value.shape[1..])}").Should().Equal(features.Split(", "));
        description.ShapeOf("local").Zip(local, (told, actual) => told == -1 || told == actual).Should().AllBeEquivalentTo(true);
        description.ShapeOf("global")[0].Should().Be(global[0]);

        ((output.Global * randn_like(output.Global)).sum() + (output.Local.Values * randn_like(output.Local.Values)).sum()).backward();
        encoder.named_parameters().Where(p => p.parameter.grad is not { } grad || grad.abs().sum().item<float>() is not > 0).Select(
            p => p.name).Should().BeEmpty();
    }

    [Theory]
    [InlineData(1, 64, 56)]
    [InlineData(2, 128, 28)]
    [InlineData(3, 256, 14)]
    [InlineData(4, 512, 7)]
    public void ResNet18_LocalStage_IsThatStagesMapOf224Pixels(int stage, long channels, long side)
    {
        EncoderDescription description = EncoderDescription.ResNet18(localStage: stage);
        description.ShapeOf("local").Should().Equal(channels, side, side);
        description.ShapeOf("conv").Should().Equal(512, 7, 7);
        EncoderDescription.ResNet50(localStage: stage).ShapeOf("local").Should().Equal(4 * channels, side, side);
        FluentActions.Invoking(() => EncoderDescription.ResNet34(localStage: stage + 4)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void ResNet18_Of224Pixels_RunsAndStartsWithKaimingsWeights()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ConvEncoder(EncoderDescription.ResNet18(globalUnits: 16), seed: 2);
        encoder.eval();
        using (no_grad())
        {
            using EncoderOutput output = encoder.call(randn(2, 3, 224, 224));
            output.Local.Values.shape.Should().Equal(2, 128, 28, 28);
            output.Global.shape.Should().Equal(2, 16);
        }

        Dictionary<string, Tensor> state = encoder.state_dict();
        state["basic_4.1.body.conv_2.weight"].std().item<float>().Should().BeApproximately(MathF.Sqrt(2f / (512 * 9)), 1e-4f);
        state["basic_4.0.shortcut.conv.weight"].std().item<float>().Should().BeApproximately(MathF.Sqrt(2f / 512), 3e-4f);
        state["conv_1.norm.weight"].eq(1).all().item<bool>().Should().BeTrue();
        state["global_1.weight"].abs().max().item<float>().Should().BeLessThanOrEqualTo(1f / MathF.Sqrt(512));
    }

    [Fact]
    public void FoldedAlex_InitialWeights_AreThoseOfThePublishedCode()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ConvEncoder(EncoderDescription.PaperFoldedAlex64x64(), seed: 1);
        Dictionary<string, Tensor> state = encoder.state_dict();
        state["conv_5.conv.weight"].std().item<float>().Should().BeApproximately(0.02f, 1e-4f);
        state["linear_1.linear.weight"].std().item<float>().Should().BeApproximately(0.02f, 1e-4f);
        state["conv_6.conv.weight"].abs().max().item<float>().Should().BeLessThanOrEqualTo(1f / MathF.Sqrt(192 * 9));
        state.Keys.Should().Contain("conv_5.conv.bias").And.Contain("linear_1.linear.bias").And.NotContain("conv_6.conv.bias");
    }

    private static EncoderDescription Describe(string name) => name switch
    {
        "basic 28" => EncoderDescription.PaperBasic28x28(),
        "basic 32" => EncoderDescription.PaperBasic32x32(),
        "basic 64" => EncoderDescription.PaperBasic64x64(),
        "alex" => EncoderDescription.PaperAlex64x64(),
        "folded alex" => EncoderDescription.PaperFoldedAlex64x64(),
        "folded multi alex" => EncoderDescription.PaperFoldedMultiAlex64x64(),
        "resnet 19" => EncoderDescription.PaperResNet19For32x32(),
        "resnet 34" => EncoderDescription.PaperResNet34For32x32(),
        "folded resnet 19" => EncoderDescription.PaperFoldedResNet19For32x32(),
        "folded resnet 34" => EncoderDescription.PaperFoldedResNet34For32x32(),
        "sequence" => EncoderDescription.Sequence(inputChannels: 2),
        "volume" => EncoderDescription.Volume(),
        "resnet 18" => EncoderDescription.ResNet18(inputSize: -1),
        "resnet 34 standard" => EncoderDescription.ResNet34(inputSize: -1, localStage: 1),
        _ => EncoderDescription.ResNet50(inputSize: 64, localStage: 4),
    };

    /// <summary>Convolution without a bias, and batch normalization.</summary>
    private static long Conv(long input, long output, long kernel) => (input * output * kernel) + (2 * output);

    private static long Hidden(long input, long output) => (input * output) + (2 * output);

    private static long Last(long input, long output) => (input * output) + output;

    private static long Bottleneck(long input, long width, bool projects = false) =>
        Conv(input, width, 1) + Conv(width, width, 9) + Conv(width, 4 * width, 1) + (projects ? Conv(input, 4 * width, 1) : 0);
}
