using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Monitoring;
using InfoMax.Objectives;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Monitoring;

/// <summary>What the monitor says of a representation that it sees for the first time, and afterwards.</summary>
public sealed class CollapseMonitorTests
{
    private static readonly TransformerOptions SmallTransformer = new()
    {
        InputShape = [3, 32, 32],
        PatchSize = [8],
        Width = 32,
        HeadCount = 2,
        BlockCount = 2,
        GlobalUnits = 16,
    };

    public static TheoryData<string> Encoders => ["28", "32", "64", "residual", "transformer"];

    [Theory]
    [InlineData("zero", "same code")]
    [InlineData("constant", "same code")]
    [InlineData("nearly constant", "same code")]
    [InlineData("line", "one line")]
    public void FirstLook_AtACollapsedRepresentation_SaysSo(string kind, string reason)
    {
        var said = new List<string>();
        using Fixture fixture = new();
        fixture.Monitor.Collapsing += (monitor, _) => said.Add(((CollapseMonitor)monitor!).Readings[^1].Reason);
        fixture.Look(kind, 1);
        fixture.Look(kind, 2);
        said.Should().ContainSingle().Which.Should().Contain(reason);
        fixture.Monitor.IsCollapsing.Should().BeTrue();
    }

    [Fact]
    public void FirstLook_AtASoundRepresentation_IsWhatLaterOnesAreComparedWith()
    {
        using Fixture fixture = new();
        fixture.Look("sound", 1).Should().BeEmpty();
        fixture.Look("two directions", 2).Should().Contain("fell from");
        fixture.Look("sound", 3).Should().BeEmpty();
        fixture.Look("small", 4).Should().Contain("at first one deviated by");
    }

    [Fact]
    public void ARepresentationThatRecovers_IsComparedWithTheFirstSoundLook()
    {
        using Fixture fixture = new();
        fixture.Look("zero", 1).Should().NotBeEmpty();
        fixture.Look("sound", 2).Should().BeEmpty();
        fixture.Look("two directions", 3).Should().Contain("fell from");
    }

    [Fact]
    public void MinRank_MayBeTurnedOff()
    {
        using Fixture fixture = new(minRank: 0);
        fixture.Look("line", 1).Should().BeEmpty();
        fixture.Look("zero", 2).Should().NotBeEmpty();
        FluentActions.Invoking(() => new CollapseMonitor(fixture.Encoder, fixture.Source) { MinRank = double.NaN })
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("MinRank");
    }

    [Fact]
    public void FewUnits_OnALine_AreNoCollapse()
    {
        using Fixture fixture = new(units: 3);
        fixture.Look("line", 1).Should().BeEmpty();
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
            _ => new TransformerEncoder(SmallTransformer, seed: 1),
        };
        int side = name is "28" ? 28 : name is "64" ? 64 : 32;
        using var generator = new Generator(1);
        using Tensor images = rand([64, name is "28" ? 1 : 3, side, side], generator: generator);
        using var source = new InMemorySource(images);
        var monitor = new CollapseMonitor(encoder, source);
        monitor.Report(At(1));
        monitor.Readings.Should().ContainSingle().Which.Reason.Should().BeEmpty();
    }

    [Theory]
    [InlineData("line")]
    [InlineData("point")]
    public void Monitor_OfACollapsingRun_SaysSoOnceAndLeavesTrainingAsItIs(string kind)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var source = new InMemorySource(randn([64, 10], generator: generator));
        float[] watched = Train(true, out CollapseMonitor? monitor, out int said), alone = Train(false, out _, out _);
        watched.Should().Equal(alone, "looking changes nothing");
        monitor!.IsCollapsing.Should().BeTrue();
        said.Should().Be(1);
        monitor.Readings[0].Reason.Should().BeEmpty();
        monitor.Readings[^1].Reason.Should().NotBeEmpty();

        float[] Train(bool watch, out CollapseMonitor? seen, out int count)
        {
            int events = 0;
            random.manual_seed(1);
            nn.Module<Tensor, Tensor> layer = nn.Linear(10, 8);
            using var encoder = new EncoderAdapter(
                layer, input => new EncoderOutput(new LocalFeatureMap(input.view(input.shape[0], 1, 10)), layer.call(input)));
            seen = watch ? new CollapseMonitor(encoder, source) { EverySteps = 5 } : null;
            if (seen is not null)
            {
                seen.Collapsing += (_, _) => events++;
            }

            using DimTrainer trainer = new DimTrainer(encoder, source)
                .Add((_, _) => kind == "line" ? new ToALine() : new ActivationPenalty(1))
                .BatchSize(32).Epochs(200).LearningRate(0.01);
            if (seen is not null)
            {
                trainer.ReportTo(seen, everySteps: 1);
            }

            trainer.Fit();
            count = events;
            return encoder.parameters().Last().detach().data<float>().ToArray();
        }
    }

    private static TrainingProgress At(long step) => new(1, 1, step, 10, 1, TimeSpan.Zero, TimeSpan.Zero, new Dictionary<string, double>());

    /// <summary>An encoder whose codes are what a test wants them to be.</summary>
    private sealed class Fixture : IDisposable
    {
        private readonly Tensor _noise;
        private string _kind = "";

        public Fixture(int units = 8, double minRank = 1.5)
        {
            using var generator = new Generator(1);
            _noise = randn([50, units], generator: generator);
            Source = new InMemorySource(_noise);
            Encoder = new EncoderAdapter(nn.Identity(), input => new EncoderOutput(new LocalFeatureMap(input.unsqueeze(1)), Code(input)));
            Monitor = new CollapseMonitor(Encoder, Source) { EverySteps = 1, MinRank = minRank };
        }

        public EncoderAdapter Encoder { get; }

        public InMemorySource Source { get; }

        public CollapseMonitor Monitor { get; }

        public string Look(string kind, long step)
        {
            _kind = kind;
            Monitor.Report(At(step));
            return Monitor.Readings[^1].Reason;
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

    /// <summary>An objective that makes all units the same.</summary>
    private sealed class ToALine() : Objective("line")
    {
        protected override ObjectiveResult Evaluate(EncoderOutput output)
        {
            Tensor codes = output.Global;
            return new ObjectiveResult((codes - codes.narrow(1, 0, 1)).square().mean() + (codes.narrow(1, 0, 1).std() - 1).square());
        }
    }
}
