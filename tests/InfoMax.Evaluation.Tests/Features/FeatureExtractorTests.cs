using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Features;

public sealed class FeatureExtractorTests
{
    [Fact]
    public void ExtractAll_ModulesInMixedModes_RunsInEvaluationModeAndRestoresEach()
    {
        using var encoder = new Toy();
        encoder.train();
        encoder.Norm.eval();
        using LabeledData data = Data(70);
        using FeatureCollection sets = new FeatureExtractor { BatchSize = 32 }.ExtractAll(encoder, data, ["conv", "global"]);
        encoder.SawTraining.Should().BeFalse();
        encoder.Calls.Should().Be(3);
        encoder.training.Should().BeTrue();
        encoder.Norm.training.Should().BeFalse();
        sets["conv"].FeatureCount.Should().Be(2 * 3 * 3);
        sets["global"].Count.Should().Be(70);
        sets["global"].Labels.Should().Equal(data.Labels);
        sets["global"].Values.requires_grad.Should().BeFalse();
    }

    [Fact]
    public void Extract_UnknownFeature_ListsThoseThereAreAndRestoresTheMode()
    {
        using var encoder = new Toy();
        encoder.train();
        using LabeledData data = Data(5);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        FluentActions.Invoking(() => new FeatureExtractor().Extract(encoder, data, "fc"))
            .Should().Throw<ArgumentException>().WithMessage("*conv*global*\"fc\"*");
        encoder.training.Should().BeTrue();
        using (new FeatureExtractor().Extract(encoder, data))
        {
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(live);
    }

    [Fact]
    public void Evaluate_ThroughAnEncoder_AgreesWithExtractedFeatures()
    {
        using var encoder = new Toy();
        using LabeledData data = Data(60);
        ProbeResult direct = new LinearProbe { LabelCount = 30, Repeats = 2, Seed = 1 }.Evaluate(encoder, data, data, feature: "global");
        using FeatureSet features = new FeatureExtractor().Extract(encoder, data);
        new LinearProbe { LabelCount = 30, Repeats = 2, Seed = 1 }.Evaluate(features, features).Accuracies
            .Should().Equal(direct.Accuracies);
        direct.Feature.Should().Be("global");
    }

    [Fact]
    public void FromInputs_Images_AreFlattened()
    {
        using LabeledData data = Data(7);
        using FeatureSet raw = FeatureSet.FromInputs(data);
        raw.Values.shape.Should().Equal([7L, 25L]);
        raw.Labels.Should().Equal(data.Labels);
    }

    [Fact]
    public void Extract_TwoRowsForEachExample_IsRefused()
    {
        using var encoder = new Toy();
        using var twice = new Twice();
        using LabeledData data = Data(6);
        using var doubled = new LabeledData(new Doubling(data.Inputs), data.Labels);
        var extractor = new FeatureExtractor { BatchSize = 4 };
        FluentActions.Invoking(() => extractor.Extract(twice, data)).Should().Throw<InvalidOperationException>()
            .WithMessage("*Twice*4 examples*got 8*");
        FluentActions.Invoking(() => extractor.Extract(encoder, doubled))
            .Should().Throw<InvalidOperationException>().WithMessage("*Doubling*4*");
        FluentActions.Invoking(() => new LinearProbe().Evaluate(twice, data, data)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => FeatureSet.FromInputs(doubled)).Should().Throw<InvalidOperationException>().WithMessage("*Doubling*");
    }

    [Fact]
    public void ToString_OfSets_SaysNamesAndCounts()
    {
        using var encoder = new Toy();
        using LabeledData data = Data(6);
        using FeatureCollection sets = new FeatureExtractor().ExtractAll(encoder, data, ["conv", "global"]);
        sets.ToString().Should().Be("conv: 6 rows of 18 features, 3 classes; global: 6 rows of 2 features, 3 classes");
        using FeatureSet raw = FeatureSet.FromInputs(data.Inputs);
        raw.ToString().Should().Be("raw: 6 rows of 25 features, no labels");
    }

    private sealed class Twice : Encoder
    {
        public Twice()
            : base("twice") => RegisterComponents();

        protected override EncoderOutput Encode(Tensor input)
        {
            Tensor codes = input.flatten(1).narrow(1, 0, 2).repeat_interleave(2, dim: 0);
            return new EncoderOutput(new LocalFeatureMap(codes.unsqueeze(2)), codes);
        }
    }

    private sealed class Doubling(IBatchSource inner) : IBatchSource
    {
        public int Count => inner.Count;

        public IReadOnlyList<long> ExampleShape => inner.ExampleShape;

        public Tensor GetBatch(ReadOnlySpan<int> indices) => inner.GetBatch(indices).repeat_interleave(2, dim: 0);
    }

    private static LabeledData Data(int count)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        return new LabeledData(randn(count, 1, 5, 5, generator: generator), [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }

    private sealed class Toy : Encoder
    {
        private readonly Conv2d _conv = nn.Conv2d(1, 2, 3);
        private readonly BatchNorm2d _norm = nn.BatchNorm2d(2);

        public Toy()
            : base("toy") => RegisterComponents();

        public BatchNorm2d Norm => _norm;

        public bool SawTraining { get; private set; }

        public int Calls { get; private set; }

        protected override EncoderOutput Encode(Tensor input)
        {
            SawTraining |= training || _norm.training;
            Calls++;
            Tensor map = _norm.call(_conv.call(input));
            return new EncoderOutput(new LocalFeatureMap(map), map.mean([2L, 3L]), new Dictionary<string, Tensor> { ["conv"] = map });
        }
    }
}
