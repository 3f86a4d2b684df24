using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class ConvEncoderTests
{
    public static TheoryData<int, int, long[], int, int> Paper => new()
    {
        { 28, 1, [128, 7, 7], 128 * 7 * 7, (64 * 25) + (2 * 64) + (128 * 64 * 25) + (2 * 128) + (6272 * 1024) + (2 * 1024) + (
            1024 * 64) + 64 },
        { 32, 3, [128, 8, 8], 4096, (64 * 3 * 16) + (2 * 64) + (128 * 64 * 16) + (2 * 128) + (256 * 128 * 16) + (2 * 256) + (
            4096 * 1024) + (2 * 1024) + (1024 * 64) + 64 },
        {
            64, 3, [256, 8, 8], 8192,
            (64 * 3 * 16) + (2 * 64) + (128 * 64 * 16) + (2 * 128) + (256 * 128 * 16) + (2 * 256) + (512 * 256 * 16) + (2 * 512) + (
                8192 * 1024) + (2 * 1024) + (1024 * 64) + 64
        },
    };

    [Theory]
    [MemberData(nameof(Paper))]
    public void Output_OfThePapersEncoders_HasThePapersShapesAndParameterCounts(
        int size, int channels, long[] local, int conv, int parameters)
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = Create(size, channels);
        using EncoderOutput output = encoder.call(rand(2, channels, size, size));
        output.Local.Values.shape[1..].Should().Equal(local);
        output.Global.shape.Should().Equal(2L, 64L);
        output.Features["conv"].flatten(1).shape[1].Should().Be(conv);
        output.Features["fc"].shape.Should().Equal(2L, 1024L);
        output.Features["global"].Should().BeSameAs(output.Global);
        encoder.parameters().Sum(p => p.numel()).Should().Be(parameters);
    }

    [Fact]
    public void Gradients_OfLocalAndGlobal_ReachEveryParameter()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = ConvEncoder.For32x32(seed: 1);
        using EncoderOutput output = encoder.call(rand(4, 3, 32, 32));
        (output.Global.square().sum() + output.Local.Values.sum()).backward();
        encoder.parameters().All(p => p.grad is not null && p.grad.abs().sum().item<float>() > 0).Should().BeTrue();
    }

    [Fact]
    public void StateDict_Keys_AreStable()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28();
        encoder.state_dict().Keys.Should().BeEquivalentTo(
            "conv_1.conv.weight",
            "conv_1.norm.weight", "conv_1.norm.bias", "conv_1.norm.running_mean", "conv_1.norm.running_var",
                "conv_1.norm.num_batches_tracked",
            "conv_2.conv.weight",
            "conv_2.norm.weight", "conv_2.norm.bias", "conv_2.norm.running_mean", "conv_2.norm.running_var",
                "conv_2.norm.num_batches_tracked",
            "linear_1.linear.weight",
            "linear_1.norm.weight", "linear_1.norm.bias", "linear_1.norm.running_mean", "linear_1.norm.running_var",
                "linear_1.norm.num_batches_tracked",
            "global_1.weight", "global_1.bias");
    }

    [Fact]
    public void Seed_Same_GivesTheSameWeightsAndLeavesTheGlobalSeedAlone()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder a = ConvEncoder.For32x32(seed: 5), b = ConvEncoder.For32x32(seed: 5), c = ConvEncoder.For32x32(seed: 6);
        a.parameters().Zip(b.parameters()).Should().OnlyContain(p => p.First.Equals(p.Second));
        a.parameters().First().Equals(c.parameters().First()).Should().BeFalse();
        // ±1/√fan-in, as PyTorch draws it.
        Tensor weight = a.state_dict()["linear_1.linear.weight"];
        weight.abs().max().item<float>().Should().BeInRange(0.0155f, 1f / 64f);
        weight.std().item<float>().Should().BeApproximately(1f / 64f / MathF.Sqrt(3f), 1e-4f);
    }

    [Fact]
    public void Call_WrongInput_SaysWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = ConvEncoder.For32x32();
        Expect.ArgumentFault(() => encoder.call(rand(2, 1, 32, 32)), "input", "[*, 3, 32, 32]", "[2, 1, 32, 32]");
        Expect.ArgumentFault(() => encoder.call(rand(3, 32, 32)), "input", "[*, 3, 32, 32]");
        Expect.ArgumentFault(() => encoder.call(rand(0, 3, 32, 32)), "input", "at least one example");
        Expect.ArgumentFault(() => encoder.call(rand([2, 3, 32, 32], ScalarType.Float64)), "input", "dtype");
        Expect.ArgumentFault(() => encoder.call(zeros([2, 3, 32, 32], ScalarType.Byte)), "input", "floating-point");
        FluentActions.Invoking(() => encoder.call(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Calls_Repeated_LeakNoTensor()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28();
        using Tensor input = rand(2, 1, 28, 28);
        LiveTensors.ShouldNotGrow(20, () =>
        {
            using EncoderOutput output = encoder.call(input);
        });
    }

    private static ConvEncoder Create(int size, int channels) => size switch
    {
        28 => ConvEncoder.For28x28(channels),
        32 => ConvEncoder.For32x32(channels),
        _ => ConvEncoder.For64x64(channels),
    };
}
