using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class EncoderAdapterTests
{
    [Fact]
    public void TwoModules_OnASequence_GiveLocalAndGlobal()
    {
        using var scope = NewDisposeScope();
        using var encoder = new EncoderAdapter(
            nn.Sequential(("conv", nn.Conv1d(2, 6, 3, stride: 2)), ("relu", nn.ReLU())),
            nn.Sequential(("pool", nn.AdaptiveAvgPool1d(1)), ("flat", nn.Flatten()), ("out", nn.Linear(6, 5))));
        using EncoderOutput output = encoder.call(rand(3, 2, 21));
        output.Local.Values.shape.Should().Equal(3L, 6L, 10L);
        output.Global.shape.Should().Equal(3L, 5L);
        encoder.state_dict().Keys.Should().Equal("local.conv.weight", "local.conv.bias", "global.out.weight", "global.out.bias");
    }

    [Fact]
    public void FromTaps_OfASequential_RunsToTheGlobalTapAndKeepsFeatures()
    {
        using var scope = NewDisposeScope();
        var layers = nn.Sequential(
            ("conv", nn.Conv2d(1, 4, 3)), ("relu", nn.ReLU()), ("identity", nn.Identity()), ("flat", nn.Flatten()), (
                "code", nn.Linear(4 * 36, 7)), ("head", nn.Linear(7, 2)));
        using EncoderAdapter encoder = EncoderAdapter.FromTaps(layers, localTap: "identity", globalTap: "code", featureTaps: ["flat"]);
        using EncoderOutput output = encoder.call(rand(3, 1, 8, 8));
        output.Local.Values.shape.Should().Equal(3L, 4L, 6L, 6L);
        output.Global.shape.Should().Equal(3L, 7L);
        output.Features.Keys.Should().BeEquivalentTo("flat", "global");
        Expect.ArgumentFault(() => EncoderAdapter.FromTaps(nn.Sequential(("a", nn.ReLU())), "b", "a"), "localTap", "one of a", "\"b\"");
        Expect.ArgumentFault(
            () => EncoderAdapter.FromTaps(
                nn.Sequential(("a", nn.ReLU()), ("b", nn.ReLU())), "a", "a", ["b"]), "featureTaps", "at or before \"a\"", "\"b\"");
    }

    [Fact]
    public void Function_OverAnyModule_NamesItsParts()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(4, 6);
        using var encoder = new EncoderAdapter(
            linear,
            input =>
            {
                Tensor tokens = linear.call(input).transpose(1, 2);
                return new EncoderOutput(new LocalFeatureMap(tokens), tokens.mean([2]));
            },
            inputShape: [-1, 4]);
        using EncoderOutput output = encoder.call(rand(2, 9, 4));
        output.Local.Locations.Should().Be(9);
        Expect.ArgumentFault(() => encoder.call(rand(2, 9, 3)), "input", "[*, *, 4]");
    }

    [Fact]
    public void Global_NotAVector_SaysWhatToDo()
    {
        using var scope = NewDisposeScope();
        using var encoder = new EncoderAdapter(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 2, 3));
        Expect.ArgumentFault(() => encoder.call(rand(2, 1, 8, 8)), "global", "flatten or pool");
    }
}
