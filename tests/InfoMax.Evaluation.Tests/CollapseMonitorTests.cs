using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Monitoring;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests;

/// <summary>What the monitor says of a representation that it sees for the first time, and afterwards.</summary>
public sealed class CollapseMonitorTests
{
    public static TheoryData<string> Encoders => ["28", "32", "64", "residual", "transformer"];

    [Theory]
    [InlineData("zero", "same code")]
    [InlineData("constant", "same code")]
    [InlineData("nearly constant", "same code")]
    [InlineData("line", "one line")]
    public void FirstLook_AtACollapsedRepresentation_SaysSo(string kind, string reason)
    {
        var said = new List<MonitorReading>();
        using Fixture fixture = new();
        fixture.Monitor.Collapsing += (_, reading) => said.Add(reading);
        fixture.Look(kind, 1);
        fixture.Look(kind, 2);
        said.Should().ContainSingle().Which.Reason.Should().Contain(reason);
        fixture.Monitor.IsCollapsing.Should().BeTrue();
    }

    [Fact]
    public void FirstLook_AtASoundRepresentation_IsWhatLaterOnesAreComparedWith()
    {
        using Fixture fixture = new();
        fixture.Look("sound", 1).IsCollapsing.Should().BeFalse();
        fixture.Look("two directions", 2).Reason.Should().Contain("fell from");
        fixture.Look("sound", 3).IsCollapsing.Should().BeFalse();
        fixture.Look("small", 4).Reason.Should().Contain("where one did by");
    }

    [Fact]
    public void ARepresentationThatRecovers_IsComparedWithTheFirstSoundLook()
    {
        using Fixture fixture = new();
        fixture.Look("zero", 1).IsCollapsing.Should().BeTrue();
        fixture.Look("sound", 2).IsCollapsing.Should().BeFalse();
        fixture.Look("two directions", 3).Reason.Should().Contain("fell from");
    }

    [Fact]
    public void LeastRank_MayBeTurnedOff()
    {
        using Fixture fixture = new(leastRank: 0);
        fixture.Look("line", 1).IsCollapsing.Should().BeFalse();
        fixture.Look("zero", 2).IsCollapsing.Should().BeTrue();
        FluentActions.Invoking(() => new CollapseMonitor(fixture.Encoder, fixture.Source) { LeastRank = double.NaN }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("LeastRank");
    }

    [Fact]
    public void FewUnits_OnALine_AreNoCollapse()
    {
        using Fixture fixture = new(units: 3);
        fixture.Look("line", 1).IsCollapsing.Should().BeFalse();
    }

    /// <summary>Networks as they are before training, on images of noise, which are harder to tell apart than real ones.</summary>
    [Theory]
    [MemberData(nameof(Encoders))]
    public void UntrainedNetworks_AreNoCollapse(string name)
    {
        using Encoder encoder = name switch
        {
            "28" => ConvEncoder.For28x28(seed: 1),
            "32" => ConvEncoder.For32x32(seed: 1),
            "64" => ConvEncoder.For64x64(seed: 1),
            "residual" => new ConvEncoder(EncoderDescription.PaperFoldedResNet19For32x32(), seed: 1),
            _ => new TransformerEncoder(new TransformerOptions { InputShape = [3, 32, 32], PatchSize = [8], Width = 32, HeadCount = 2, BlockCount = 2, GlobalUnits = 16 }, seed: 1),
        };
        int side = name is "28" ? 28 : name is "64" ? 64 : 32;
        using var generator = new Generator(1);
        using Tensor images = rand([64, name is "28" ? 1 : 3, side, side], generator: generator);
        using var source = new InMemorySource(images);
        var monitor = new CollapseMonitor(encoder, source);
        monitor.Report(At(1));
        monitor.Readings.Should().ContainSingle().Which.Reason.Should().BeEmpty();
    }

    private static TrainingProgress At(long step) => new(1, 1, step, 10, 1, TimeSpan.Zero, TimeSpan.Zero, new Dictionary<string, double>());

    /// <summary>An encoder whose codes are what a test wants them to be.</summary>
    private sealed class Fixture : IDisposable
    {
        private readonly Tensor _noise;
        private string _kind = "";

        public Fixture(int units = 8, double leastRank = 1.5)
        {
            using var generator = new Generator(1);
            _noise = randn([50, units], generator: generator);
            Source = new InMemorySource(_noise);
            Encoder = new EncoderAdapter(nn.Identity(), input => new EncoderOutput(new LocalFeatureMap(input.unsqueeze(1)), Code(input)));
            Monitor = new CollapseMonitor(Encoder, Source) { EverySteps = 1, LeastRank = leastRank };
        }

        public EncoderAdapter Encoder { get; }

        public InMemorySource Source { get; }

        public CollapseMonitor Monitor { get; }

        public MonitorReading Look(string kind, long step)
        {
            _kind = kind;
            Monitor.Report(At(step));
            return Monitor.Readings[^1];
        }

        public void Dispose()
        {
            Source.Dispose();
            Encoder.Dispose();
            _noise.Dispose();
        }

        private Tensor Code(Tensor noise)
        {
            using var scope = NewDisposeScope();
            Tensor directions = arange(noise.shape[1], dtype: ScalarType.Float32) + 1;
            Tensor code = _kind switch
            {
                "zero" => noise * 0,
                "constant" => (noise * 0) + directions,
                "nearly constant" => (noise * 1e-5f) + directions,
                "line" => noise.narrow(1, 0, 1) * directions,
                "two directions" => cat([noise.narrow(1, 0, 2), noise.narrow(1, 2, noise.shape[1] - 2) * 0], 1),
                "small" => noise * 1e-3f,
                _ => noise + 0,
            };
            return scope.MoveToOuter(code);
        }
    }
}
