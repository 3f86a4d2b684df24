using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class LayerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CropsAndRefold_OfAnyDimension_GiveEveryCropEncodedAlone(int dimensions)
    {
        using var scope = NewDisposeScope();
        long[] side = [.. Enumerable.Repeat(8L, dimensions)];
        Layer[] inner = [Layer.Conv(5, 3, stride: 2, padding: 1), Layer.MaxPool(2)];
        using var folded = new LayerSequence([2, .. side], [Layer.Unfold(4), .. inner, Layer.Fold()], seed: 3);
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
        using var layers = new LayerSequence(
            [4, 7, 7], [bottleneck ? Layer.Bottleneck(2, stride: 2, repeat: 2) : Layer.Basic(6, stride: 2, repeat: 2)], seed: 1);
        string kind = bottleneck ? "bottleneck_1" : "basic_1";
        Dictionary<string, Tensor> state = layers.state_dict();
        using (no_grad())
        {
            foreach ((string name, Tensor value) in state.Where(
                s => s.Key.Contains("norm") && !s.Key.EndsWith("tracked", StringComparison.Ordinal)))
            {
                value.copy_(name.EndsWith("var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal)
                    ? rand_like(value) + 0.5 : randn_like(value));
            }
        }

        layers.eval();
        Tensor x = randn(2, 4, 7, 7);
        Tensor actual = layers.call(x);
        for (int block = 0; block < 2; block++)
        {
            string body = $"{kind}.{block}.body.", shortcut = $"{kind}.{block}.shortcut.";
            long stride = block == 0 ? 2 : 1;
            Tensor skip = block == 0 ? Norm(nn.functional.conv2d(x, state[shortcut + "conv.weight"], strides: [2, 2]), shortcut + "norm")
                : x;
            Tensor y = bottleneck
                ? Norm(Conv(Norm(Conv(Norm(Conv(x, 1, 1, 0), body + "norm_1").relu(), 2, stride, 1), body + "norm_2").relu(), 3, 1, 0),
                    body + "norm_3")
                : Norm(Conv(Norm(Conv(x, 1, stride, 1), body + "norm_1").relu(), 2, 1, 1), body + "norm_2");
            x = (y + skip).relu();

            Tensor Conv(Tensor input, int number, long step, long padding) =>
                nn.functional.conv2d(input, state[$"{body}conv_{number}.weight"], strides: [step, step], padding: [padding, padding]);
        }

        actual.allclose(x, atol: 1e-5).Should().BeTrue();
        layers.OutputShape.Should().Equal(actual.shape[1..]);

        Tensor Norm(Tensor input, string name) => ((input - Column(name, "running_mean")) / (
            Column(name, "running_var") + 1e-5).sqrt() * Column(name, "weight")) + Column(name, "bias");
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
                Layer.Of("half", shape => nn.Conv1d(shape[0], 6, 2, stride: 2), WeightInitialization.PyTorch), Layer.Of(
                    "half", shape => nn.Conv1d(shape[0], 6, 2, stride: 2)),
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
    public void AnySize_InputTooSmall_SaysWhichLayerHasNothingLeft()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ConvEncoder(EncoderDescription.Sequence());
        encoder.call(randn(2, 1, 32)).Global.shape.Should().Equal(2, 64);
        Expect.ArgumentFault(() => encoder.call(randn(2, 1, 20)), "input", "too small", "layer 3", "[128, 1]");
    }

    [Fact]
    public void Dropout_InTraining_ActsBeforeNormalization()
    {
        using var scope = NewDisposeScope();
        using var layers = new LayerSequence([4], [Layer.Linear(6, dropout: 0.5)]);
        layers.named_children().Single().module.named_children().Select(child => child.name).Should().Equal(
            "linear", "dropout", "norm", "activation");
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
        using Generator generator = InfoMax.Randomness.RandomStream.Of(5, "layers").Generator();
        foreach ((string name, int fanIn) in new[] { ("conv_1.conv.weight", 25), ("conv_2.conv.weight", 64 * 25),
            ("linear_1.linear.weight", 6272), ("global_1.weight", 1024), ("global_1.bias", 1024) })
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
    public void WeightInitialization_OfOnesOwn_IsAskedForEveryLayerInOrder()
    {
        using var scope = NewDisposeScope();
        var rule = new Recorder();
        using var encoder = new ConvEncoder(EncoderDescription.PaperBasic28x28() with { Weights = rule });
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
                Layer.Unfold(4), Layer.Conv(4, 3, stride: 2, padding: 1, dropout: 0.1), Layer.AveragePool(2), Layer.Fold().As(
                    "local"), Layer.Basic(4), Layer.Bottleneck(2, stride: 2),
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

    private sealed class Recorder : WeightInitialization
    {
        public List<string> Shapes { get; } = [];

        public override void Fill(Tensor weight, Tensor? bias, Generator generator)
        {
            Shapes.Add(string.Join(' ', weight.shape));
            weight.fill_(0.5);
        }
    }
}
