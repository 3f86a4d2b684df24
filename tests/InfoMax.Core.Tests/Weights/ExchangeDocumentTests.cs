using InfoMax.Encoders;
using InfoMax.Tests.Support;
using InfoMax.Weights;
using TorchSharp;

namespace InfoMax.Core.Tests.Weights;

/// <summary>What docs/guides/exchange.md shows is what runs here.</summary>
public sealed class ExchangeDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    private static string Document { get; } =
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "guides", "exchange.md")).ReplaceLineEndings("\n");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("module")]
    [InlineData("torchvision")]
    [InlineData("map")]
    [InlineData("file")]
    public void Document_Snippets_AreTheCodeThatIsTested(string name)
    {
        string file = Path.Combine(Repository.Root, "tests", "InfoMax.Core.Tests", "Weights", "ExchangeDocumentTests.cs");
        string source = File.ReadAllText(file).ReplaceLineEndings("\n");
        string[] lines = source.Split($"// snippet: {name}\n")[1].Split("// end of snippet")[0].Split('\n');
        string code = string.Join('\n', lines.Select(l => l.StartsWith("        ", StringComparison.Ordinal) ? l[8..] : l)).Trim();
        Document.Should().Contain($"```csharp\n{code}\n```");
    }

    [Fact]
    public void Document_Python_IsTheFileThatIsTested() =>
        Document.Should().Contain($"```python\n{File.ReadAllText(PythonFile).ReplaceLineEndings("\n")}```");

    [Fact]
    public void Snippets_OnANetwork_Run()
    {
        string path = _folder.File();
        using ConvEncoder encoder = ConvEncoder.For32x32(seed: 1);
        var lines = new List<string>();
        Action<string> show = lines.Add;
        SaveAndLoad(encoder, path);
        ListAndLoad(path, show);
        lines.Should().Contain("global_1.weight: Float32 [64, 1024]");

        using (var theirs = new ConvEncoder(EncoderDescription.ResNet18(globalUnits: 1)))
        {
            ModuleWeights.Save(theirs, path, NameMap.TorchvisionResNet);
        }

        LoadTorchvision(path);
        Map().Map("conv_2.conv.weight").Should().Be("module.features.2.weight");
        Map().Map("linear_1.linear.weight").Should().Be("module.projection");
        Map().Map("global_1.bias").Should().BeNull();
        Map().Ignores("module.classifier.bias").Should().BeTrue();
    }

    [PythonFact]
    [Trait("needs", "Python")]
    public void Python_OurFileThereAndBack_KeepsNamesAndNumbers()
    {
        using var network = torch.nn.Sequential(("0", torch.nn.Linear(4, 3)), ("1", torch.nn.BatchNorm1d(3)));
        network.call(torch.randn(8, 4));
        torch.Tensor weight = network.state_dict()["0.weight"].detach().clone(), mean = network.state_dict()["1.running_mean"].clone();
        string ours = _folder.File("ours.safetensors"), theirs = _folder.File("theirs.safetensors");
        ModuleWeights.Save(network, ours);

        (int exitCode, string errors) = PythonFactAttribute.Run(PythonFile, ours, theirs);

        exitCode.Should().Be(0, errors);
        ModuleWeights.Load(network, theirs);
        network.state_dict()["0.weight"].data<float>().Should().Equal(weight.mul(2).data<float>());
        network.state_dict()["1.running_mean"].data<float>().Should().Equal(mean.data<float>());
        network.state_dict()["1.num_batches_tracked"].item<long>().Should().Be(1);
    }

    [PythonFact("torch")]
    [Trait("needs", "Python")]
    public void Python_OurEncoder_GivesTheSameFeatures()
    {
        using var scope = torch.NewDisposeScope();
        using var encoder = new ConvEncoder(EncoderDescription.PaperBasic28x28(), seed: 3);
        torch.Tensor images = torch.randn(32, 1, 28, 28);
        for (int i = 0; i < 5; i++)
        {
            // Running statistics that are not those of the beginning.
            encoder.call((images * 2) + i);
        }

        encoder.eval();
        // In float32 another build of PyTorch adds thousands of products in another order.
        (torch.ScalarType, string)[] tolerances = [(torch.ScalarType.Float32, "1e-5"), (torch.ScalarType.Float64, "1e-12")];
        foreach ((torch.ScalarType dtype, string tolerance) in tolerances)
        {
            encoder.to(dtype);
            string weights = _folder.File("encoder.safetensors"), features = _folder.File("features.safetensors");
            ModuleWeights.Save(encoder, weights);
            torch.Tensor input = images.to(dtype);
            Dictionary<string, torch.Tensor> values = encoder.call(input).Features.ToDictionary(f => f.Key, f => f.Value.detach());
            values.Add("images", input);
            SafetensorsFile.Write(features, values);

            string script = Path.Combine(Repository.Root, "docs", "guides", "features.py");
            (int exitCode, string errors) = PythonFactAttribute.Run(script, weights, features, tolerance);
            exitCode.Should().Be(0, errors);
        }
    }

    private static string PythonFile => Path.Combine(Repository.Root, "docs", "guides", "exchange.py");

    private static void SaveAndLoad(ConvEncoder encoder, string path)
    {
        // snippet: module
        ModuleWeights.Save(encoder, path, metadata: new Dictionary<string, string> { ["network"] = "basic 32×32" });

        using var same = new ConvEncoder(encoder.Description);
        ModuleWeights.Load(same, path);
        // end of snippet
    }

    private static void LoadTorchvision(string path)
    {
        // snippet: torchvision
        using var resnet = new ConvEncoder(EncoderDescription.ResNet18(globalUnits: 64));
        ModuleWeights.Load(resnet, path, NameMap.TorchvisionResNet);
        // end of snippet
    }

    private static NameMap Map()
    {
        // snippet: map
        NameMap map = NameMap.Identity
            .Replace(@"^conv_([0-9])\.conv\.", "features.$1.")        // regular expressions, ours → theirs
            .Rename("linear_1.linear.weight", "projection")          // one name
            .Keep(@"^global_")                                       // ours without a counterpart: keeps its weights
            .Ignore(@"^classifier\.")                                // theirs without a counterpart
            .WithPrefix("module.");                                  // before all of theirs
        // end of snippet
        return map;
    }

    private static void ListAndLoad(string path, Action<string> show)
    {
        // snippet: file
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach ((string name, (torch.ScalarType dtype, IReadOnlyList<long> shape)) in file.Tensors)
        {
            show($"{name}: {dtype} [{string.Join(", ", shape)}]");   // nothing but the header has been read
        }

        using torch.Tensor weight = file.Load("global_1.weight");
        // end of snippet
    }
}
