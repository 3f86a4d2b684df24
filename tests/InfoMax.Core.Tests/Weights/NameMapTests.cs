using InfoMax.Encoders;
using InfoMax.Tests.Support;
using InfoMax.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Weights;

/// <summary>Files of other frameworks, made here rule by rule, load into our networks.</summary>
public sealed class NameMapTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(3);

    public void Dispose()
    {
        _generator.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(18)]
    [InlineData(34)]
    [InlineData(50)]
    public void TorchvisionResNet_StateOfTorchvision_LoadsCompletely(int depth)
    {
        Dictionary<string, Tensor> theirs = TorchvisionState(depth);
        theirs.Should().HaveCount(depth switch { 18 => 122, 34 => 218, _ => 320 }, "torchvision's state_dict has so many entries");
        using ConvEncoder loaded = ResNet(depth, seed: 1);
        Dictionary<string, Tensor> globalBefore = loaded.state_dict().Where(
            w => w.Key.StartsWith("global_1", StringComparison.Ordinal)).ToDictionary(w => w.Key, w => w.Value.detach().clone());
        ModuleWeights.Load(loaded, theirs, NameMap.TorchvisionResNet);

        // Every one of theirs but the classifier has been used, and every one of ours but the global layer is one of theirs.
        Dictionary<string, Tensor> ours = loaded.state_dict();
        string[] used = [.. ours.Keys.Select(NameMap.TorchvisionResNet.Map).OfType<string>()];
        used.Should().OnlyHaveUniqueItems().And.BeEquivalentTo(theirs.Keys.Except(["fc.weight", "fc.bias"]));
        foreach ((string name, Tensor value) in ours)
        {
            Tensor expected = NameMap.TorchvisionResNet.Map(name) is { } mapped ? theirs[mapped] : globalBefore[name];
            value.bytes.SequenceEqual(expected.bytes).Should().BeTrue("{0} must have its value", name);
        }
    }

    [Fact]
    public void TorchvisionResNet_FeaturesAfterLoading_AreThoseOfTorchvisionsNetwork()
    {
        Dictionary<string, Tensor> theirs = TorchvisionState(18);
        using ConvEncoder loaded = ResNet(18, seed: 1);
        ModuleWeights.Load(loaded, theirs, NameMap.TorchvisionResNet);
        loaded.eval();
        using var noGrad = no_grad();
        Tensor images = randn([2, 3, 64, 64], generator: _generator);
        using EncoderOutput output = loaded.call(images);
        // The network written with functions, straight from their names.
        Tensor x = nn.functional.max_pool2d(Relu(Norm(Conv(images, "conv1", 2, 3), "bn1")), 3, stride: 2, padding: 1);
        for (int stage = 1; stage <= 4; stage++)
        {
            for (int block = 0; block < 2; block++)
            {
                string at = $"layer{stage}.{block}";
                int stride = stage > 1 && block == 0 ? 2 : 1;
                Tensor y = Norm(Conv(Relu(Norm(Conv(x, $"{at}.conv1", stride, 1), $"{at}.bn1")), $"{at}.conv2", 1, 1), $"{at}.bn2");
                x = Relu(y + (stride == 2 ? Norm(Conv(x, $"{at}.downsample.0", stride, 0), $"{at}.downsample.1") : x));
            }

            if (stage == 2)
            {
                (output.Local.Values - x).abs().max().item<float>().Should().BeLessThan(1e-4f * x.abs().max().item<float>());
            }
        }

        (output.Features["conv"] - x).abs().max().item<float>().Should().BeLessThan(1e-4f * x.abs().max().item<float>());

        Tensor Conv(Tensor input, string name, int stride, int padding) =>
            nn.functional.conv2d(input, theirs[name + ".weight"], strides: [stride, stride], padding: [padding, padding]);
        Tensor Norm(Tensor input, string name) => nn.functional.batch_norm(
            input, theirs[name + ".running_mean"], theirs[name + ".running_var"], theirs[name + ".weight"], theirs[name + ".bias"],
                training: false, momentum: 0.1, eps: 1e-5);
        static Tensor Relu(Tensor input) => nn.functional.relu(input);
    }

    [Fact]
    public void TorchvisionResNet_SavedAndLoadedWithIt_ComesBack()
    {
        using var folder = new TemporaryFolder();
        using ConvEncoder a = ResNet(18, seed: 1), b = ResNet(18, seed: 2);
        ModuleWeights.Save(a, folder.File(), NameMap.TorchvisionResNet);
        using (SafetensorsFile file = SafetensorsFile.Open(folder.File()))
        {
            file.Tensors.Keys.Should().BeEquivalentTo(TorchvisionState(18).Keys.Except(["fc.weight", "fc.bias"]));
        }

        ModuleWeights.Load(b, folder.File(), NameMap.TorchvisionResNet);
        b.state_dict()["basic_4.1.body.conv_2.weight"].bytes.SequenceEqual(
            a.state_dict()["basic_4.1.body.conv_2.weight"].bytes).Should().BeTrue();
    }

    public static TheoryData<string, int, int> CodesNetworks =>
        new() { { "basic 28", 2, 1 }, { "basic 32", 3, 1 }, { "basic 64", 4, 1 }, { "alex", 5, 2 } };

    [Theory]
    [MemberData(nameof(CodesNetworks))]
    public void DeepInfoMaxCode_ItsNamesForTheNetwork_AreAllFound(string network, int convolutions, int hidden)
    {
        using var encoder = new ConvEncoder(network switch
        {
            "basic 28" => EncoderDescription.PaperBasic28x28(),
            "basic 32" => EncoderDescription.PaperBasic32x32(),
            "basic 64" => EncoderDescription.PaperBasic64x64(),
            _ => EncoderDescription.PaperAlex64x64(),
        });
        var expected = new List<string>();
        for (int i = 0; i < convolutions; i++)
        {
            expected.AddRange([$"layers.layer{i}.conv.weight", .. NormNames($"layers.layer{i}.bn")]);
        }

        for (int i = convolutions + 1; i <= convolutions + hidden; i++)
        {
            expected.AddRange([$"layers.layer{i}.fc.weight", .. NormNames($"layers.layer{i}.bn")]);
        }

        // The last block has one module, which stands for the block.
        expected.AddRange([$"layers.layer{convolutions + hidden + 1}.weight", $"layers.layer{convolutions + hidden + 1}.bias"]);
        NameMap map = NameMap.DeepInfoMaxCode(convolutions, hidden);
        encoder.state_dict().Keys.Select(map.Map).Should().BeEquivalentTo(expected);
        map.WithPrefix("encoder.").Map("global_1.bias").Should().Be("encoder." + expected[^1]);
    }

    [Fact]
    public void Map_OwnRules_GoBeforeThoseThatWereThere()
    {
        NameMap map = NameMap.TorchvisionResNet.Rename("global_1.weight", "fc.weight").Replace("^conv_1", "stem").WithPrefix(
            "backbone.").WithPrefix("module.").Ignore("_queue$");
        map.Map("global_1.weight").Should().Be("module.backbone.fc.weight");
        map.Map("global_1.bias").Should().BeNull();
        map.Map("conv_1.conv.weight").Should().Be("module.backbone.stem.conv.weight");
        map.Map("basic_2.1.body.norm_2.running_var").Should().Be("module.backbone.layer2.1.bn2.running_var");
        map.Map("other").Should().Be("module.backbone.other");
        map.Ignores("module.backbone.the_queue").Should().BeTrue();
        map.Ignores("module.backbone.fc.bias").Should().BeTrue();
        map.Ignores("fc.bias").Should().BeFalse("it has not the prefix");
        NameMap.TorchvisionResNet.Map("global_1.weight").Should().BeNull("maps do not change");
        NameMap.Identity.Rename("a.b", "$1").Map("a.b").Should().Be("$1");
        NameMap.Identity.Rename("a.b", "c").Map("aXb").Should().Be("aXb");
    }

    [Fact]
    public void Rules_ThatAreNone_AreRefused()
    {
        FluentActions.Invoking(() => NameMap.Identity.Replace("(", "x")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => NameMap.Identity.Ignore("(?=a)")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => NameMap.Identity.Keep("")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => NameMap.DeepInfoMaxCode(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => NameMap.DeepInfoMaxCode(1, -1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static ConvEncoder ResNet(int depth, int seed) => new(
        depth switch
        {
            18 => EncoderDescription.ResNet18(inputSize: -1),
            34 => EncoderDescription.ResNet34(inputSize: -1),
            _ => EncoderDescription.ResNet50(inputSize: -1),
        },
        seed);

    private static string[] NormNames(string name) =>
        [.. new[] { "weight", "bias", "running_mean", "running_var", "num_batches_tracked" }.Select(part => $"{name}.{part}")];

    /// <summary>A state_dict of torchvision's ResNet of this depth: names and shapes.</summary>
    private Dictionary<string, Tensor> TorchvisionState(int depth)
    {
        var state = new Dictionary<string, Tensor>();
        bool narrowing = depth == 50;
        int[] blocks = depth == 18 ? [2, 2, 2, 2] : [3, 4, 6, 3];
        AddConv("conv1", 64, 3, 7);
        AddNorm("bn1", 64);
        long channels = 64;
        for (int stage = 1; stage <= 4; stage++)
        {
            long width = 32L << stage, output = narrowing ? 4 * width : width;
            for (int block = 0; block < blocks[stage - 1]; block++)
            {
                string at = $"layer{stage}.{block}";
                (long Output, long Input, int Kernel)[] layers = narrowing
                    ? [(width, channels, 1), (width, width, 3), (output, width, 1)]
                    : [(width, channels, 3), (width, width, 3)];
                for (int i = 0; i < layers.Length; i++)
                {
                    AddConv($"{at}.conv{i + 1}", layers[i].Output, layers[i].Input, layers[i].Kernel);
                    AddNorm($"{at}.bn{i + 1}", layers[i].Output);
                }

                if (channels != output)
                {
                    AddConv($"{at}.downsample.0", output, channels, 1);
                    AddNorm($"{at}.downsample.1", output);
                }

                channels = output;
            }
        }

        state.Add("fc.weight", randn([1000, channels], generator: _generator));
        state.Add("fc.bias", randn([1000], generator: _generator));
        return state;

        void AddConv(string name, long output, long input, int kernel) =>
            state.Add(name + ".weight", randn([output, input, kernel, kernel], generator: _generator).mul(
                Math.Sqrt(2.0 / (output * kernel * kernel))));

        void AddNorm(string name, long count)
        {
            state.Add(name + ".weight", rand([count], generator: _generator).add(0.5));
            state.Add(name + ".bias", randn([count], generator: _generator).mul(0.1));
            state.Add(name + ".running_mean", randn([count], generator: _generator).mul(0.1));
            state.Add(name + ".running_var", rand([count], generator: _generator).add(0.5));
            state.Add(name + ".num_batches_tracked", full([], 11, ScalarType.Int64));
        }
    }
}
