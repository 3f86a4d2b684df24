using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed partial class EncoderDescriptionTests
{
    [Fact]
    public void Description_WithManyFaults_ReportsThemTogether() => Expect.ArgumentFault(
        () => _ = new ConvEncoder(new EncoderDescription
        {
            InputShape = [3, 8, 8],
            Layers = [Layer.Conv(0, 3).As("conv"), Layer.MaxPool(2, padding: 2), Layer.Linear(4, dropout: 1.0).As("conv"), Layer.Basic(
                4, repeat: 0), Layer.Unfold(3), Layer.Of("My layer", _ => nn.ReLU())],
        }),
        "description",
        "layer 0, Conv(0, kernel 3, stride 1, padding 0): channels must be at least 1, is 0",
        "layer 1", "padding must be at most half of the kernel, 1, is 2",
        "layer 2, Linear(4): dropout must be in [0, 1), is 1",
        "layer 3", "repeat must be at least 1, is 0",
        "layer 4", "size must be even",
        "layer 5", "snake_case",
        "the name \"conv\" is given 2 times", "no layer is named \"local\"", "the last layer must be named \"global\"");

    [Fact]
    public void Description_LayersThatDoNotFit_SayWhy()
    {
        Fault([3, 8, 8], [Layer.Conv(4, 9).As("local"), Layer.Global(2)],
            "the kernel is larger than its padded input ([3, 8, 8], padding 0)");
        Fault([3, 8, 8], [Layer.Conv(4, 3).As("local"), Layer.Global(2)], "needs a vector, but its input is a map [4, 6, 6]");
        Fault([3, -1, -1], [Layer.Conv(4, 3).As("local"), Layer.Flatten(), Layer.Global(2)], "needs known sizes", "GlobalAveragePool");
        Fault([3, 8, 8], [Layer.Flatten().As("local"), Layer.Global(2)], "must give a map, but gives a vector [192]");
        Fault([3, 8, 8], [Layer.Flatten(), Layer.Conv(2, 1).As("local"), Layer.Global(2)],
            "needs a feature map, but its input is a vector of 192 units");
        Fault([3, 8, 8], [Layer.Conv(4, 3), Layer.Conv(4, 3).As("local", "global")], "must come before the last");
        Fault([3, 8, 8], [Layer.Unfold(4), Layer.Conv(4, 4).As("local"), Layer.Fold().As("global")], "its outputs are crops");
        Fault([3, 8, 8], [Layer.Unfold(4), Layer.Conv(4, 3), Layer.Fold().As("local"), Layer.Global(2)],
            "needs crops that have become one location each, but its input is [4, 2, 2]");
        Fault([3, 8, 8], [Layer.Fold().As("local"), Layer.Global(2)], "has no crops to put back");
        Fault([3, -1, 8], [Layer.Unfold(4).As("local"), Layer.Global(2)], "known sizes");
        Fault([0, 8], [Layer.Conv(4, 3).As("local"), Layer.GlobalAveragePool(), Layer.Global(2)], "at least one channel");
        Fault([3], [Layer.Conv(4, 3).As("local"), Layer.Global(2)], "one to three spatial dimensions");
        Fault([3, 8, 8], [Layer.Of("odd", _ => nn.Linear(5, 5)).As("local"), Layer.Global(2)],
            "Of(\"odd\"): cannot run on inputs [2, 3, 8, 8]");
        Fault([3, 8, 8], [], "at least one layer");

        static void Fault(IReadOnlyList<long> input, IReadOnlyList<Layer> layers, params string[] texts) =>
            Expect.ArgumentFault(
                () => _ = new ConvEncoder(new EncoderDescription { InputShape = input, Layers = layers }), "description", texts);
    }

    [Fact]
    public void Description_OfTheDocumentation_IsBuiltAsItSays()
    {
        using var scope = NewDisposeScope();
        var description = new EncoderDescription
        {
            InputShape = [3, 48, 48],
            Layers =
            [
                Layer.Conv(64, kernel: 4, stride: 2, padding: 1),
                Layer.Basic(128, stride: 2, repeat: 2).As("local"),
                Layer.Conv(256, kernel: 3, stride: 2, padding: 1).As("conv"),
                Layer.GlobalAveragePool(),
                Layer.Of("silu", shape => nn.SiLU()),
                Layer.Global(64),
            ],
        };
        using var encoder = new ConvEncoder(description, seed: 1);
        using EncoderOutput output = encoder.call(randn(2, 3, 48, 48));
        output.Local.Values.shape.Should().Equal(2, 128, 12, 12);
        output.Features["conv"].shape.Should().Equal(2, 256, 6, 6);
        encoder.state_dict().Keys.Should().Contain("conv_2.norm.weight").And.Contain("basic_1.0.body.conv_1.weight").And.Contain(
            "basic_1.0.shortcut.conv.weight").And.Contain("global_1.bias");
    }

    [Fact]
    public void AfterLocal_OfTheDescription_IsTheWayToTheVector()
    {
        using var scope = NewDisposeScope();
        EncoderDescription description = EncoderDescription.PaperBasic32x32();
        using var layers = new LayerSequence(description.ShapeOf("local"), [.. description.AfterLocal(), Layer.Global(20)], seed: 1);
        layers.OutputShape.Should().Equal(20);
        layers.state_dict().Keys.Should().Contain("conv_1.conv.weight").And.Contain("linear_1.linear.weight").And.Contain("global_1.bias");
        layers.call(randn(2, 128, 8, 8)).shape.Should().Equal(2, 20);
        description.AfterLocal().SelectMany(layer => layer.Names).Should().BeEmpty();
        Expect.ArgumentFault(() => layers.call(randn(2, 128, 7, 8)), "input", "[*, 128, 8, 8]");
    }
}
