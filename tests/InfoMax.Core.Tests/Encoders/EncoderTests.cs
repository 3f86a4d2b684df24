using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class EncoderTests
{
    [Fact]
    public void Call_OfAnEncoderThatGivesOtherRows_IsRefused()
    {
        using var scope = NewDisposeScope();
        Tensor input = rand(4, 3);
        using var doubled = new Own(x => Output(cat([x, x])));
        using var halved = new Own(x => Output(x[..2]));
        using var none = new Own(_ => null!);
        using var same = new Own(x => new EncoderOutput(new LocalFeatureMap(x.unsqueeze(2)), x));
        doubled.Invoking(e => e.call(input)).Should().Throw<InvalidOperationException>().WithMessage("*Own*4 examples*got 8*");
        halved.Invoking(e => e.call(input)).Should().Throw<InvalidOperationException>().WithMessage("*4 examples*got 2*");
        none.Invoking(e => e.call(input)).Should().Throw<InvalidOperationException>().WithMessage("*got null*");
        same.Invoking(e => e.call(input)).Should().Throw<InvalidOperationException>().WithMessage("*input.alias()*");
        LiveTensors.ShouldNotGrow(3, () => doubled.Invoking(e => e.call(input)).Should().Throw<InvalidOperationException>());
    }

    [Theory]
    [InlineData(float.NaN, 0f)]
    [InlineData(4.5574E-41f, 0f)]
    [InlineData(0f, 3.0914E-41f)]
    [InlineData(0.005f, float.PositiveInfinity)]
    public void FirstCall_WithAGroupNormOfUnsetMemory_SaysWhatToDo(float weight, float bias)
    {
        using var scope = NewDisposeScope();
        var norm = nn.GroupNorm(2, 4);
        using EncoderAdapter encoder = Normed(norm);
        Fill(norm, weight, bias);
        encoder.Invoking(e => e.call(rand(2, 1, 8, 8))).Should().Throw<InvalidOperationException>().WithMessage(
            "*GroupNorm \"*norm\"*nn.init.ones_*");
        Fill(norm, 1, 0);
        encoder.call(rand(2, 1, 8, 8)).Global.isfinite().all().item<bool>().Should().BeTrue();
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1f, 4.5574E-41f)]
    public void FirstCall_WithAGroupNormThatWasSet_Runs(float weight, float bias)
    {
        using var scope = NewDisposeScope();
        var norm = nn.GroupNorm(2, 4);
        using EncoderAdapter encoder = Normed(norm);
        Fill(norm, weight, bias);
        encoder.call(rand(2, 1, 8, 8)).Global.isfinite().all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void OwnLayer_WithWeights_StartsWithTheIdentityAsGroupNorm()
    {
        using var scope = NewDisposeScope();
        TorchSharp.Modules.GroupNorm? norm = null;
        Layer own = Layer.Of(
            "norm",
            _ =>
            {
                norm = nn.GroupNorm(2, 4);
                Fill(norm, float.NaN, float.NaN);
                return norm;
            },
            WeightInitialization.PyTorch);
        using var layers = new LayerSequence([4, 3, 3], [own], seed: 1);
        norm!.weight!.data<float>().Should().Equal(1, 1, 1, 1);
        norm.bias!.data<float>().Should().Equal(0, 0, 0, 0);
    }

    private static EncoderAdapter Normed(TorchSharp.Modules.GroupNorm norm) => new(
        nn.Sequential(("conv", nn.Conv2d(1, 4, 3)), ("norm", norm)), nn.Sequential(
            ("pool", nn.AdaptiveAvgPool2d(1)), ("flat", nn.Flatten())));

    private static void Fill(TorchSharp.Modules.GroupNorm norm, float weight, float bias)
    {
        using var noGrad = no_grad();
        norm.weight!.copy_(tensor(new[] { weight, weight, weight, weight }));
        norm.bias!.copy_(tensor(new[] { bias, bias, bias, bias }));
    }

    private static EncoderOutput Output(Tensor x) => new(new LocalFeatureMap(x.mul(2).unsqueeze(2)), x.mul(2));

    private sealed class Own(Func<Tensor, EncoderOutput> encode) : Encoder(nameof(Own))
    {
        protected override EncoderOutput Encode(Tensor input) => encode(input);
    }
}
