using InfoMax.Core.Tests.Support;
using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class LayerTests
{
    [Fact]
    public void Description_WithManyFaults_ReportsThemTogether() => Expect.ArgumentFault(
        () => _ = new ConvEncoder(new EncoderDescription
        {
            InputShape = [3, 8, 8],
            Layers = [Layer.Conv(0, 3).As("conv"), Layer.MaxPool(2, padding: 2), Layer.Linear(4, dropout: 1.0).As("conv"), Layer.Basic(4, repeat: 0), Layer.Crops(3), Layer.Of("My layer", _ => nn.ReLU())],
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
        Fault([3, 8, 8], [Layer.Conv(4, 9).As("local"), Layer.Global(2)], "the kernel is larger than its padded input ([3, 8, 8], padding 0)");
        Fault([3, 8, 8], [Layer.Conv(4, 3).As("local"), Layer.Global(2)], "needs a vector, but its input is a map [4, 6, 6]");
        Fault([3, -1, -1], [Layer.Conv(4, 3).As("local"), Layer.Flatten(), Layer.Global(2)], "needs known sizes", "GlobalAveragePool");
        Fault([3, 8, 8], [Layer.Flatten().As("local"), Layer.Global(2)], "must give a map, but gives a vector [192]");
        Fault([3, 8, 8], [Layer.Flatten(), Layer.Conv(2, 1).As("local"), Layer.Global(2)], "needs a feature map, but its input is a vector of 192 units");
        Fault([3, 8, 8], [Layer.Conv(4, 3), Layer.Conv(4, 3).As("local", "global")], "must come before the last");
        Fault([3, 8, 8], [Layer.Crops(4), Layer.Conv(4, 4).As("local"), Layer.Refold().As("global")], "its outputs are crops");
        Fault([3, 8, 8], [Layer.Crops(4), Layer.Conv(4, 3), Layer.Refold().As("local"), Layer.Global(2)], "needs crops that have become one location each, but its input is [4, 2, 2]");
        Fault([3, 8, 8], [Layer.Refold().As("local"), Layer.Global(2)], "has no crops to put back");
        Fault([3, -1, 8], [Layer.Crops(4).As("local"), Layer.Global(2)], "known sizes");
        Fault([0, 8], [Layer.Conv(4, 3).As("local"), Layer.GlobalAveragePool(), Layer.Global(2)], "at least one channel");
        Fault([3], [Layer.Conv(4, 3).As("local"), Layer.Global(2)], "one to three spatial dimensions");
        Fault([3, 8, 8], [Layer.Of("odd", _ => nn.Linear(5, 5)).As("local"), Layer.Global(2)], "Of(\"odd\"): cannot run on inputs [2, 3, 8, 8]");
        Fault([3, 8, 8], [], "at least one layer");

        static void Fault(IReadOnlyList<long> input, IReadOnlyList<Layer> layers, params string[] texts) =>
            Expect.ArgumentFault(() => _ = new ConvEncoder(new EncoderDescription { InputShape = input, Layers = layers }), "description", texts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CropsAndRefold_OfAnyDimension_GiveEveryCropEncodedAlone(int dimensions)
    {
        using var scope = NewDisposeScope();
        long[] side = [.. Enumerable.Repeat(8L, dimensions)];
        Layer[] inner = [Layer.Conv(5, 3, stride: 2, padding: 1), Layer.MaxPool(2)];
        using var folded = new LayerSequence([2, .. side], [Layer.Crops(4), .. inner, Layer.Refold()], seed: 3);
        using var alone = new LayerSequence([2, .. Enumerable.Repeat(4L, dimensions)], inner, seed: 3);
        folded.OutputShape.Should().Equal([5L, .. Enumerable.Repeat(3L, dimensions)]);
        folded.eval();
        alone.eval();
        Tensor images = randn([2, 2, .. side]), map = folded.call(images);
        for (int location = 0; location < (int)Math.Pow(3, dimensions); location++)
        {
            Tensor crop = images, vector = map;
            for (int d = 0, rest = location; d < dimensions; d++, rest /= 3)
            {
                crop = crop.narrow(2 + d, 2 * (rest % 3), 4);
                vector = vector.narrow(2 + d, rest % 3, 1);
            }

            vector.allclose(alone.call(crop), atol: 1e-6).Should().BeTrue("location {0}", location);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ResidualBlocks_InEvaluation_EqualTheirFormula(bool bottleneck)
    {
        using var scope = NewDisposeScope();
        using var layers = new LayerSequence([4, 7, 7], [bottleneck ? Layer.Bottleneck(2, stride: 2, repeat: 2) : Layer.Basic(6, stride: 2, repeat: 2)], seed: 1);
        string kind = bottleneck ? "bottleneck_1" : "basic_1";
        Dictionary<string, Tensor> state = layers.state_dict();
        using (no_grad())
        {
            foreach ((string name, Tensor value) in state.Where(s => s.Key.Contains("norm") && !s.Key.EndsWith("tracked", StringComparison.Ordinal)))
            {
                value.copy_(name.EndsWith("var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal) ? rand_like(value) + 0.5 : randn_like(value));
            }
        }

        layers.eval();
        Tensor x = randn(2, 4, 7, 7);
        Tensor actual = layers.call(x);
        for (int block = 0; block < 2; block++)
        {
            string body = $"{kind}.{block}.body.", shortcut = $"{kind}.{block}.shortcut.";
            long stride = block == 0 ? 2 : 1;
            Tensor skip = block == 0 ? Norm(nn.functional.conv2d(x, state[shortcut + "conv.weight"], strides: [2, 2]), shortcut + "norm") : x;
            Tensor y = bottleneck
                ? Norm(Conv(Norm(Conv(Norm(Conv(x, 1, 1, 0), body + "norm_1").relu(), 2, stride, 1), body + "norm_2").relu(), 3, 1, 0), body + "norm_3")
                : Norm(Conv(Norm(Conv(x, 1, stride, 1), body + "norm_1").relu(), 2, 1, 1), body + "norm_2");
            x = (y + skip).relu();

            Tensor Conv(Tensor input, int number, long step, long padding) => nn.functional.conv2d(input, state[$"{body}conv_{number}.weight"], strides: [step, step], padding: [padding, padding]);
        }

        actual.allclose(x, atol: 1e-5).Should().BeTrue();
        layers.OutputShape.Should().Equal(actual.shape[1..]);

        Tensor Norm(Tensor input, string name) => ((input - Column(name, "running_mean")) / (Column(name, "running_var") + 1e-5).sqrt() * Column(name, "weight")) + Column(name, "bias");
        Tensor Column(string name, string part) => state[$"{name}.{part}"].view(1, -1, 1, 1);
    }

    [Fact]
    public void Of_ModuleOfOnesOwn_HasItsShapeFoundAndItsNameNumbered()
    {
        using var scope = NewDisposeScope();
        var description = new EncoderDescription
        {
            InputShape = [1, -1],
            Layers =
            [
                Layer.Conv(4, 3, activation: false), Layer.Of("gelu", _ => nn.GELU()).As("local"),
                Layer.Of("half", shape => nn.Conv1d(shape[0], 6, 2, stride: 2), WeightInitialisation.PyTorch), Layer.Of("half", shape => nn.Conv1d(shape[0], 6, 2, stride: 2)),
                Layer.GlobalAveragePool(), Layer.Global(3),
            ],
        };
        using ConvEncoder a = new(description, seed: 1), b = new(description, seed: 1);
        a.state_dict().Keys.Should().Contain("half_1.weight").And.Contain("half_2.weight");
        a.state_dict()["half_1.weight"].Equals(b.state_dict()["half_1.weight"]).Should().BeTrue();
        a.state_dict()["half_2.weight"].Equals(b.state_dict()["half_2.weight"]).Should().BeFalse();
        description.ShapeOf("local").Should().Equal(4, -1);
        a.call(randn(2, 1, 20)).Local.Values.shape.Should().Equal(2, 4, 18);
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
        encoder.state_dict().Keys.Should().Contain("conv_2.norm.weight").And.Contain("basic_1.0.body.conv_1.weight").And.Contain("basic_1.0.shortcut.conv.weight").And.Contain("global_1.bias");
    }

    [Fact]
    public void AnySize_InputTooSmall_SaysWhichLayerHasNothingLeft()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ConvEncoder(SequenceNetworks.Conv());
        encoder.call(randn(2, 1, 32)).Global.shape.Should().Equal(2, 64);
        Expect.ArgumentFault(() => encoder.call(randn(2, 1, 20)), "input", "too small", "layer 3", "[128, 1]");
    }

    [Fact]
    public void AfterLocal_OfTheDescription_IsTheWayToTheVector()
    {
        using var scope = NewDisposeScope();
        EncoderDescription description = PaperNetworks.Basic32x32();
        using var layers = new LayerSequence(description.ShapeOf("local"), [.. description.AfterLocal(), Layer.Global(20)], seed: 1);
        layers.OutputShape.Should().Equal(20);
        layers.state_dict().Keys.Should().Contain("conv_1.conv.weight").And.Contain("linear_1.linear.weight").And.Contain("global_1.bias");
        layers.call(randn(2, 128, 8, 8)).shape.Should().Equal(2, 20);
        description.AfterLocal().SelectMany(layer => layer.Names).Should().BeEmpty();
        Expect.ArgumentFault(() => layers.call(randn(2, 128, 7, 8)), "input", "[*, 128, 8, 8]");
    }

    [Fact]
    public void Dropout_InTraining_ActsBeforeNormalisation()
    {
        using var scope = NewDisposeScope();
        using var layers = new LayerSequence([4], [Layer.Linear(6, dropout: 0.5)]);
        layers.named_children().Single().module.named_children().Select(child => child.name).Should().Equal("linear", "dropout", "norm", "activation");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pools_OfAnyDimension_PadWithZerosForTheMeanAndWithNothingForTheLargest(int dimensions)
    {
        using var scope = NewDisposeScope();
        long[] shape = [1, .. Enumerable.Repeat(4L, dimensions)];
        using var mean = new LayerSequence(shape, [Layer.AveragePool(2, padding: 1)]);
        using var largest = new LayerSequence(shape, [Layer.MaxPool(2, padding: 1)]);
        Tensor x = full([1, .. shape], -1f);
        mean.call(x).flatten()[0].item<float>().Should().Be(-1f / (1 << dimensions));
        mean.call(x).shape[1..].Should().Equal(mean.OutputShape);
        largest.call(x).eq(-1f).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Seed_OfANetwork_DrawsLayerByLayer()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = ConvEncoder.For28x28(seed: 5);
        using Generator generator = InfoMax.Numerics.Initialization.Generator(5, purpose: 0);
        foreach ((string name, int fanIn) in new[] { ("conv_1.conv.weight", 25), ("conv_2.conv.weight", 64 * 25), ("linear_1.linear.weight", 6272), ("global_1.weight", 1024), ("global_1.bias", 1024) })
        {
            Tensor actual = encoder.state_dict()[name];
            actual.allclose(((rand(actual.shape, generator: generator) * 2) - 1) / Math.Sqrt(fanIn), atol: 1e-7).Should().BeTrue(name);
        }
    }

    [Fact]
    public void Of_FunctionThatFailsLater_LeavesNothingBehind()
    {
        LiveTensors.ShouldNotGrow(3, () =>
        {
            int calls = 0;
            Layer failing = Layer.Of("failing", _ => ++calls == 1 ? nn.GELU() : throw new NotSupportedException());
            FluentActions.Invoking(() => new LayerSequence([2, 5], [Layer.Conv(3, 2), failing])).Should().Throw<NotSupportedException>();
        });
    }

    [Fact]
    public void WeightInitialisation_OfOnesOwn_IsAskedForEveryLayerInOrder()
    {
        using var scope = NewDisposeScope();
        var rule = new Recorder();
        using var encoder = new ConvEncoder(PaperNetworks.Basic28x28() with { Weights = rule });
        rule.Shapes.Should().Equal("64 1 5 5", "128 64 5 5", "1024 6272", "64 1024");
        encoder.state_dict()["conv_2.conv.weight"].eq(0.5).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Networks_BuiltAndCalledRepeatedly_LeakNoTensor()
    {
        using Tensor input = randn(2, 2, 8, 8);
        // Without biases: a convolution with one leaks a tensor when it is made, in TorchSharp.
        EncoderDescription description = new()
        {
            InputShape = [2, 8, 8],
            Layers =
            [
                Layer.Crops(4), Layer.Conv(4, 3, stride: 2, padding: 1, dropout: 0.1), Layer.AveragePool(2), Layer.Refold().As("local"), Layer.Basic(4), Layer.Bottleneck(2, stride: 2),
                Layer.GlobalAveragePool(), Layer.Linear(4).As("fc"), Layer.Global(3),
            ],
        };
        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var encoder = new ConvEncoder(description, seed: 1);
            using EncoderOutput output = encoder.call(input);
        });
        using var one = new ConvEncoder(description);
        LiveTensors.ShouldNotGrow(20, () =>
        {
            using EncoderOutput output = one.call(input);
        });
    }

    private sealed class Recorder : WeightInitialisation
    {
        public List<string> Shapes { get; } = [];

        public override void Fill(Tensor weight, Tensor? bias, Generator generator)
        {
            Shapes.Add(string.Join(' ', weight.shape));
            weight.fill_(0.5);
        }
    }
}
