using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using InfoMax.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Weights;

/// <summary>Weights go from module to file to module; what does not fit is told at once and changes nothing.</summary>
public sealed class ModuleWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void SaveAndLoad_EncoderThatHasSeenData_GivesTheSameOutputs()
    {
        using ConvEncoder trained = ConvEncoder.For28x28(seed: 1), other = ConvEncoder.For28x28(seed: 2);
        Tensor batch = randn([4, 1, 28, 28], generator: new Generator(1));
        using (EncoderOutput _ = trained.call(batch))
        {
            // The buffers of the normalization differ now too.
        }

        ModuleWeights.Save(trained, _folder.File(), metadata: new Dictionary<string, string> { ["network"] = "basic 28" });
        ModuleWeights.Load(other, _folder.File());
        State(other).Should().Equal(State(trained));
        trained.eval();
        other.eval();
        using EncoderOutput a = trained.call(batch), b = other.call(batch);
        b.Global.data<float>().Should().Equal(a.Global.data<float>());
        b.Local.Values.data<float>().Should().Equal(a.Local.Values.data<float>());

        using SafetensorsFile file = SafetensorsFile.Open(_folder.File());
        file.Tensors.Keys.Should().BeEquivalentTo(trained.state_dict().Keys).And.Contain(
            ["conv_1.norm.running_mean", "conv_1.norm.num_batches_tracked"]);
        file.Metadata["network"].Should().Be("basic 28");
    }

    [Fact]
    public void SaveAndLoad_LossWithState_RestoresIt()
    {
        using var loss = new DimLoss(new LocalInfoMax(16, 8, new MineEstimator(), units: 12));
        using var other = new DimLoss(new LocalInfoMax(16, 8, new MineEstimator(), units: 12));
        ModuleWeights.Save(loss, _folder.File());
        ModuleWeights.Load(other, _folder.File());
        State(other).Should().Equal(State(loss));
    }

    [Fact]
    public void Load_ParametersOnWhichAnOptimizerWorks_KeepsThemTrainable()
    {
        using var from = nn.Linear(3, 2);
        using var to = nn.Linear(3, 2);
        using var optimizer = optim.SGD(to.parameters(), 0.1);
        ModuleWeights.Save(from, _folder.File());
        ModuleWeights.Load(to, _folder.File());
        to.weight!.requires_grad.Should().BeTrue();
        to.weight.is_leaf.Should().BeTrue();
        to.call(ones(1, 3)).sum().backward();
        optimizer.step();
        (to.weight - from.weight!).detach().data<float>().Should().AllSatisfy(d => d.Should().BeApproximately(-0.1f, 1e-6f));
    }

    [Fact]
    public void Load_WhatDoesNotFit_ListsEverythingAndChangesNothing()
    {
        using ConvEncoder encoder = ConvEncoder.For32x32(seed: 1);
        Dictionary<string, Tensor> weights = encoder.state_dict().ToDictionary(w => w.Key, w => w.Value.detach().add(1));
        weights.Remove("conv_1.conv.weight");
        weights.Remove("global_1.bias");
        weights["extra.1"] = ones(1);
        weights["extra.2"] = ones(1);
        weights["conv_2.conv.weight"] = ones(128, 64, 3, 3);
        weights["conv_3.norm.weight"] = ones(256, ScalarType.Int64);
        weights["conv_3.norm.num_batches_tracked"] = ones([]);
        List<string> before = State(encoder);
        SafetensorsFile.Write(_folder.File(), weights);

        foreach (
            Action load in new Action[] { () => ModuleWeights.Load(encoder, _folder.File()), () => ModuleWeights.Load(encoder, weights) })
        {
            WeightMismatchException thrown = load.Should().Throw<WeightMismatchException>().Which;
            thrown.Missing.Should().BeEquivalentTo("conv_1.conv.weight", "global_1.bias");
            thrown.Unexpected.Should().BeEquivalentTo("extra.1", "extra.2");
            thrown.Mismatched.Should().HaveCount(3).And.Contain(m => m.Contains("[128, 64, 4, 4]") && m.Contains("[128, 64, 3, 3]"));
            foreach (string name in thrown.Missing.Concat(thrown.Unexpected).Concat(thrown.Mismatched))
            {
                thrown.Message.Should().Contain(name);
            }

            State(encoder).Should().Equal(before);
        }
    }

    [Fact]
    public void Load_FileThatIsDamaged_ChangesNothing()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28(seed: 1);
        List<string> before = State(encoder);
        ModuleWeights.Save(encoder, _folder.File());
        byte[] whole = File.ReadAllBytes(_folder.File());
        FluentActions.Invoking(() => ModuleWeights.Load(encoder, _folder.File(whole[..^1]))).Should().Throw<CheckpointException>();
        State(encoder).Should().Equal(before);
    }

    [Fact]
    public void Load_UnexpectedNames_AreIgnoredOnRequestOnly()
    {
        using var linear = nn.Linear(3, 2);
        var weights = new Dictionary<string, Tensor> { ["weight"] = ones(2, 3), ["bias"] = ones(2), ["head.weight"] = ones(7) };
        FluentActions.Invoking(() => ModuleWeights.Load(linear, weights)).Should().Throw<WeightMismatchException>();
        ModuleWeights.Load(linear, weights, ignoreUnexpected: true);
        linear.weight!.sum().item<float>().Should().Be(6);
        ModuleWeights.Load(linear, weights, NameMap.Identity.Ignore("^head"));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Load_OtherFloatingPoint_IsConvertedToTheModulesOwn(ScalarType dtype)
    {
        using var linear = nn.Linear(3, 2);
        Tensor weight = tensor(new[] { 0.5f, -1.25f, 3f, 0f, 1024f, -0.0625f }).view(2, 3);
        SafetensorsFile.Write(_folder.File(), new Dictionary<string, Tensor> { ["weight"] = weight.to(dtype), ["bias"] = ones(2, dtype) });
        ModuleWeights.Load(linear, _folder.File());
        linear.weight!.dtype.Should().Be(ScalarType.Float32);
        linear.weight.data<float>().Should().Equal(weight.data<float>());

        using var half = nn.Linear(3, 2);
        half.to(dtype);
        ModuleWeights.Load(half, new Dictionary<string, Tensor> { ["weight"] = weight, ["bias"] = ones(2) });
        half.weight!.dtype.Should().Be(dtype);
        half.weight.to(ScalarType.Float32).data<float>().Should().Equal(weight.data<float>());
    }

    [Fact]
    public void Load_CounterOfFewerBits_IsWidened()
    {
        using var norm = nn.BatchNorm1d(2);
        Dictionary<string, Tensor> weights = norm.state_dict().ToDictionary(w => w.Key, w => w.Value);
        weights["num_batches_tracked"] = full([], 7, ScalarType.Int32);
        ModuleWeights.Load(norm, weights);
        norm.state_dict()["num_batches_tracked"].item<long>().Should().Be(7);
        weights["num_batches_tracked"] = full([], 7, ScalarType.Float32);
        FluentActions.Invoking(() => ModuleWeights.Load(norm, weights)).Should().Throw<WeightMismatchException>();
    }

    [Fact]
    public void SaveAndLoad_BatchNormMadeInFloat64_CountsInInt64AsPyTorchDoes()
    {
        using var wide = nn.Sequential(("norm", nn.BatchNorm1d(2, dtype: ScalarType.Float64)));
        using var plain = nn.Sequential(("norm", nn.BatchNorm1d(2)));
        using (var scope = NewDisposeScope())
        {
            plain.call(rand(4, 2));
            plain.call(rand(4, 2));
        }

        ModuleWeights.Save(plain, _folder.File());
        ModuleWeights.Load(wide, _folder.File());
        wide.state_dict()["norm.num_batches_tracked"].item<double>().Should().Be(2);
        ModuleWeights.Save(wide, _folder.File());
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.File()))
        {
            file.Tensors["norm.num_batches_tracked"].DType.Should().Be(ScalarType.Int64);
        }

        using var again = nn.Sequential(("norm", nn.BatchNorm1d(2)));
        ModuleWeights.Load(again, _folder.File());
        again.state_dict()["norm.num_batches_tracked"].item<long>().Should().Be(2);
    }

    [Fact]
    public void Save_MapThatGivesTwoNamesTheSame_Throws()
    {
        using var linear = nn.Linear(3, 2);
        FluentActions.Invoking(() => ModuleWeights.Save(
            linear, _folder.File(), NameMap.Identity.Replace("^.*$", "x"))).Should().Throw<ArgumentException>().WithMessage("*\"x\"*");
        File.Exists(_folder.File()).Should().BeFalse();
    }

    [Fact]
    public void SaveAndLoad_ManyTimes_LeaveNoTensors()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 4, seed: 1);
        using ConvEncoder larger = ConvEncoder.For28x28(globalUnits: 5, seed: 1);
        LiveTensors.ShouldNotGrow(5, () =>
        {
            ModuleWeights.Save(encoder, _folder.File());
            ModuleWeights.Load(encoder, _folder.File());
            FluentActions.Invoking(() => ModuleWeights.Load(larger, _folder.File())).Should().Throw<WeightMismatchException>();
        });
    }

    private static List<string> State(nn.Module module) =>
        [.. module.state_dict().Select(
            w => $"{w.Key} {w.Value.dtype} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(w.Value.bytes))}")];
}
