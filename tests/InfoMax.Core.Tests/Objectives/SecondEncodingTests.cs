using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

/// <summary>Objectives that contrast a batch with another encoding of it: views, modalities, corrupted graphs; and the future of sequences.</summary>
public sealed class SecondEncodingTests
{
    [Fact]
    public void TwoViews_Loss_IsTheMeanOfBothDirections()
    {
        using var scope = NewDisposeScope();
        using EncoderOutput first = Output(5), second = Output(5);
        using var objective = new TwoViewInfoMax(new BilinearCritic(3, 4, seed: 1), new InfoNceEstimator(), seed: 1);
        using var critic = new BilinearCritic(3, 4, seed: 1);
        var estimator = new InfoNceEstimator();
        double expected = -(estimator.Objective(critic.call(second.Local, first.Global)).item<float>() + estimator.Objective(critic.call(first.Local, second.Global)).item<float>()) / 2;
        ObjectiveResult result = objective.call(With(first, second));
        result.Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        result.Metrics["nats"].item<float>().Should().BeApproximately((float)(Math.Log(1 + (4 * 6)) - expected), 1e-4f);
        Expect.ArgumentFault(() => objective.call(first), "output", nameof(TwoViewEncoder));
    }

    [Fact]
    public void TwoViews_WithWeight_HaveTheGradientsOfThePlainLoss()
    {
        using var scope = NewDisposeScope();
        Tensor map = rand(5, 3, 6).requires_grad_(true), code = rand(5, 4).requires_grad_(true);
        using var light = new TwoViewInfoMax(new BilinearCritic(3, 4, seed: 1), new InfoNceEstimator(), seed: 1) { Weight = 0.25 };
        EncoderOutput output = With(new EncoderOutput(new LocalFeatureMap(map), code), Output(5));
        using var loss = new DimLoss(light);
        Tensor[] Gradients(Tensor value)
        {
            value.backward();
            Tensor[] gradients = [.. new[] { map, code }.Select(t => t.grad is { } g ? g.clone() : zeros_like(t))];
            map.grad?.zero_();
            code.grad?.zero_();
            return gradients;
        }

        Tensor[] weighted = Gradients(loss.call(output).Total), plain = Gradients(light.call(output).Loss * 0.25);
        weighted.Should().OnlyContain(g => g.abs().sum().item<float>() > 0, "each view's map and code take part");
        weighted.Zip(plain).All(p => (p.First - p.Second).abs().max().item<float>() < 1e-6f).Should().BeTrue();
        weighted[1].abs().sum().item<float>().Should().BeGreaterThan(0);
    }

    [Fact]
    public void TwoViews_AcrossScales_TakeMapsOnBothSides()
    {
        using var scope = NewDisposeScope();
        EncoderOutput Scales() => new(new LocalFeatureMap(rand(4, 3, 4, 4)), rand(4, 5), new Dictionary<string, Tensor> { ["conv"] = rand(4, 6, 2, 2) });
        using var objective = new TwoViewInfoMax(new SeparableCritic(3, 6, 8, seed: 1), new InfoNceEstimator(), from: "conv", to: "local", seed: 1)
        {
            GlobalSamples = 1,
            LocationSamples = 5,
            ScoreClip = ScoreFunctions.SoftClip(10),
        };
        using var many = new DimLoss(
            new TwoViewInfoMax(new SeparableCritic(3, 5, 8, seed: 1), new InfoNceEstimator(), seed: 1), objective,
            new TwoViewInfoMax(new SeparableCritic(6, 6, 8, seed: 1), new InfoNceEstimator(), from: "conv", to: "conv", seed: 1));
        using DimLossResult result = many.call(With(Scales(), Scales()));
        result.Metrics.Keys.Should().Contain(["views.loss", "views_2.loss", "views_3.nats"]);
        result.Total.backward();
        Expect.ArgumentFault(() => objective.call(With(Output(4), Output(4))), "output", "\"conv\"");
    }

    [Fact]
    public void TwoViewEncoder_TrainedOnAugmentedImages_LowersTheLossAndIsItsInnerAfterwards()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor images = randn([64, 1, 7, 7], generator: generator).repeat_interleave(4, 2).repeat_interleave(4, 3).tanh();
        using var encoder = new TwoViewEncoder(ConvEncoder.For28x28(globalUnits: 8, seed: 1), new ImageAugmentation { LeastArea = 0.6 }, seed: 2);
        using DimTrainer trainer = new DimTrainer(encoder, images)
            .Add((shape, seed) => new TwoViewInfoMax(new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, 32, seed), new InfoNceEstimator(), seed: seed) { LocationSamples = 8 })
            .BatchSize(32).Epochs(8).LearningRate(1e-3);
        TrainingResult result = trainer.Fit();
        result.Epochs[^1].Metrics["views.loss"].Should().BeLessThan(result.Epochs[0].Metrics["views.loss"] - 0.2);
        encoder.call(images).Global.Equals(encoder.Inner.call(images).Global).Should().BeTrue();
        encoder.train();
        Tensor few = images[..4];
        LiveTensors.ShouldNotGrow(3, () => encoder.call(few).Dispose());
        using EncoderOutput views = encoder.call(few);
        views.Paired!.Global.shape.Should().Equal(views.Global.shape);
        views.Global.Equals(views.Paired.Global).Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TwoViewEncoder_OfCropsOfLargerImages_TrainsOnThemAndEvaluatesTheWhole(bool resized)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor images = randn([32, 1, 40, 40], generator: generator).tanh();
        Augmentation augmentation = resized ? new ImageAugmentation { Size = 28 } : new RandomCrop { Size = 28, Padding = 0 };
        using var encoder = new TwoViewEncoder(ConvEncoder.For28x28(globalUnits: 8, seed: 1), augmentation, seed: 2) { ExampleShape = [1, 40, 40] };
        encoder.InputShape.Should().Equal(1, 40, 40);
        using DimTrainer trainer = new DimTrainer(encoder, images)
            .Add((shape, seed) => new TwoViewInfoMax(new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, 32, seed), new InfoNceEstimator(), seed: seed) { LocationSamples = 8 })
            .BatchSize(16).Epochs(2);
        trainer.Fit().Steps.Should().Be(4);
        encoder.call(images).Global.Equals(encoder.Inner.call(augmentation.EvaluationView(images)).Global).Should().BeTrue();
        encoder.train();
        Tensor few = images[..4];
        LiveTensors.ShouldNotGrow(3, () => encoder.call(few).Dispose());
        encoder.eval();
        LiveTensors.ShouldNotGrow(3, () => encoder.call(few).Dispose());
        Expect.ArgumentFault(() => encoder.call(images[.., .., ..28, ..28]), "input", "[32, 1, 28, 28]");
        FluentActions.Invoking(() => new TwoViewEncoder(ConvEncoder.For28x28(globalUnits: 8, seed: 1), new ImageAugmentation(), seed: 2) { ExampleShape = [1, 40, 40] })
            .Should().Throw<ArgumentException>().WithParameterName("ExampleShape").WithMessage("*[1, 28, 28]*[1, 40, 40]*");
    }

    [Fact]
    public void Modalities_Loss_IsTheSymmetricCrossEntropyOfTheScores()
    {
        using var scope = NewDisposeScope();
        using EncoderOutput first = Output(5), second = Output(5);
        using var objective = new CrossModalInfoMax(new BilinearCritic(4, 4, seed: 1), new InfoNceEstimator());
        using var critic = new BilinearCritic(4, 4, seed: 1);
        Tensor scores = critic.call(new LocalFeatureMap(second.Global.unsqueeze(2)), first.Global).ToDense().view(5, 5), right = arange(5, dtype: ScalarType.Int64);
        double expected = (nn.functional.cross_entropy(scores, right) + nn.functional.cross_entropy(scores.t(), right)).item<float>() / 2;
        objective.call(With(first, second)).Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        using var few = new CrossModalInfoMax(new ConcatCritic(4, 4, 8) { NegativesPerPositive = 2 }, new InfoNceEstimator());
        FluentActions.Invoking(() => few.call(With(first, second))).Should().Throw<InvalidOperationException>().WithMessage("*ConcatCritic*");
    }

    [Fact]
    public void Modalities_OfAPairedSource_AreLearnedAndMatched()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor hidden = randn([256, 3], generator: generator);
        Tensor mixX = randn([3, 10], generator: generator), mixY = randn([3, 2 * 6], generator: generator);
        using var x = new InMemorySource((hidden.mm(mixX) + randn([256, 10], generator: generator) * 0.1).unsqueeze(1));
        using var y = new InMemorySource((hidden.mm(mixY) + randn([256, 12], generator: generator) * 0.1).view(256, 2, 6));
        var source = new PairedSource(x, y);
        source.ExampleShape.Should().Equal(22L);
        using var encoder = new PairedEncoder(Sequence(1, 10, 1), Sequence(2, 6, 2));
        using DimTrainer trainer = new DimTrainer(encoder, source)
            .Add((shape, seed) => new CrossModalInfoMax(shape.GlobalUnits, shape.Paired!.GlobalUnits, new InfoNceEstimator(), units: 16, seed))
            .BatchSize(64).Epochs(25).LearningRate(3e-3).Seed(1);
        TrainingResult result = trainer.Fit();
        result.Epochs[^1].Metrics["modalities.nats"].Should().BeGreaterThan(1.5, "chance is 0, the ceiling log 64 = 4.16");
        using EncoderOutput output = encoder.call(source.GetBatch([0, 1, 2]));
        output.Features.Keys.Should().BeEquivalentTo("global", "second.global");
        output.Features["second.global"].Should().BeSameAs(output.Paired!.Global);
        (output.Paired.Local.Channels, output.Paired.Local.Locations).Should().Be((4L, 5L));
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using Tensor batch = source.GetBatch([0, 1, 2]);
            encoder.call(batch).Dispose();
        });

        static EncoderAdapter Sequence(int channels, int length, int seed)
        {
            random.manual_seed(seed);
            return new(nn.Sequential(nn.Conv1d(channels, 4, 2, bias: false), nn.ReLU()), nn.Sequential(nn.Flatten(), nn.Linear(4 * (length - 1), 5)), [channels, length]);
        }
    }

    [Fact]
    public void PairedParts_ThatDoNotFit_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var x = new InMemorySource(rand(4, 3));
        using var y = new InMemorySource(rand(5, 3));
        Expect.ArgumentFault(() => _ = new PairedSource(x, y), "second", "4 examples", "got 5");
        using var open = new EncoderAdapter(nn.Conv1d(1, 2, 2, bias: false), nn.Flatten());
        using var known = ConvEncoder.For28x28();
        Expect.ArgumentFault(() => _ = new PairedEncoder(open, known), "firstShape", "none");
    }

    [Fact]
    public void Objectives_OfAConstantEncoder_HaveTheirClosedForms()
    {
        using var scope = NewDisposeScope();
        EncoderOutput Constant() => new(new LocalFeatureMap(ones(5, 3, 6)), ones(5, 4, 6));
        using EncoderOutput output = With(Constant(), Constant());
        var estimator = new InfoNceEstimator();
        using var views = new TwoViewInfoMax(new BilinearCritic(3, 4, seed: 1), estimator, seed: 1);
        using var modalities = new CrossModalInfoMax(new BilinearCritic(4, 4, seed: 1), estimator);
        using var sequence = new SequenceInfoMax(new BilinearCritic(3, 4, seed: 1), estimator, seed: 1) { Horizon = 2 };
        using var graph = new DeepGraphInfoMax(3, 4, estimator, seed: 1);
        // All scores are equal: one positive among the four other examples' six locations, six codes, two steps; and one corrupted node.
        foreach ((Objective objective, int negatives) in new (Objective, int)[] { (views, 24), (modalities, 24), (sequence, 8), (graph, 1) })
        {
            objective.call(output).Loss.item<float>().Should().BeApproximately(MathF.Log(1 + negatives), 1e-5f, objective.TermName);
        }
    }

    [Fact]
    public void Sequence_Loss_IsThatOfTheFollowingSteps()
    {
        using var scope = NewDisposeScope();
        Tensor map = rand(4, 3, 6), codes = rand(4, 5, 6);
        // Context 2, gap 1 and horizon 3 leave one time: the second.
        using var objective = new SequenceInfoMax(new BilinearCritic(3, 5, seed: 1), new InfoNceEstimator(), seed: 1) { LeastContext = 2, Gap = 1, Horizon = 3 };
        using var critic = new BilinearCritic(3, 5, seed: 1);
        double expected = -new InfoNceEstimator().Objective(critic.call(new LocalFeatureMap(map[.., .., 3..6]), codes[.., .., 1])).item<float>();
        using var output = new EncoderOutput(new LocalFeatureMap(map), codes);
        objective.call(output).Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        using var longer = new SequenceInfoMax(new BilinearCritic(3, 5, seed: 1), new InfoNceEstimator(), seed: 1) { LeastContext = 3, Gap = 1, Horizon = 3 };
        Expect.ArgumentFault(() => longer.call(output), "output", "at least 7 steps", "[4, 3, 6]");
        using var single = new EncoderOutput(new LocalFeatureMap(map), rand(4, 5));
        Expect.ArgumentFault(() => objective.call(single), "output", "a global vector for each time");
    }

    [Fact]
    public void Sequence_Times_AreDrawnOverTheWholeSequence()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor map = rand(4, 3, 6), codes = rand(4, 5, 6);
        using var output = new EncoderOutput(new LocalFeatureMap(map), codes);
        using var objective = new SequenceInfoMax(new BilinearCritic(3, 5, seed: 1), new InfoNceEstimator(), seed: 1) { Horizon = 2 };
        float[] values = [.. Enumerable.Range(0, 60).Select(_ => objective.call(output).Loss.item<float>()).Distinct()];
        values.Should().HaveCount(4, "the times 1 to 4 have two steps after them");
    }

    [Fact]
    public void Graph_Encoder_IsTheNormalizedPropagation()
    {
        using var scope = NewDisposeScope();
        using var encoder = new GraphEncoder(3, units: 4, layers: 2, seed: 1);
        Tensor features = rand(5, 3), edges = rand(5, 5).gt(0.5).to(ScalarType.Float32).triu(1);
        Tensor adjacency = edges + edges.t();
        using EncoderOutput output = encoder.call(GraphEncoder.Pack(features, adjacency));
        Dictionary<string, Tensor> w = encoder.state_dict();
        w.Keys.Should().BeEquivalentTo("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "activations.0.weight", "activations.1.weight");
        Tensor loops = adjacency + eye(5), degrees = diag(loops.sum([1]).pow(-0.5)), values = features;
        for (int layer = 0; layer < 2; layer++)
        {
            values = nn.functional.prelu(degrees.mm(loops).mm(degrees).mm(values).mm(w[$"layers.{layer}.weight"].t()) + w[$"layers.{layer}.bias"], w[$"activations.{layer}.weight"]);
        }

        (output.Local.Values[0].t() - values).abs().max().item<float>().Should().BeLessThan(1e-5f);
        (output.Global[0] - values.mean([0]).sigmoid()).abs().max().item<float>().Should().BeLessThan(1e-5f);
        Expect.ArgumentFault(() => encoder.call(rand(1, 5, 7)), "input", "[N, 5, 8]");
        Expect.ArgumentFault(() => GraphEncoder.Pack(features, rand(4, 4)), "adjacency", "[5, 5]");
        Expect.ArgumentFault(() => GraphEncoder.Pack(features, rand(5, 5).neg()), "adjacency", "at least 0");
    }

    [Fact]
    public void Graph_Corruption_ShufflesFeaturesAndKeepsEdges()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor graph = rand(2, 6, 3 + 6), corrupted = GraphEncoder.ShuffledFeatures(3).Apply(graph, generator);
        corrupted[.., .., 3..].Equals(graph[.., .., 3..]).Should().BeTrue();
        corrupted[.., .., ..3].Equals(graph[.., .., ..3]).Should().BeFalse();
        (corrupted[.., .., 0].sort(1).Values - graph[.., .., 0].sort(1).Values).abs().max().item<float>().Should().Be(0);
    }

    [Fact]
    public void Graph_Loss_IsTheBinaryCrossEntropyOfNodesAndCorruptedNodes()
    {
        using var scope = NewDisposeScope();
        using EncoderOutput graph = Output(2), corrupted = Output(2);
        using var objective = new DeepGraphInfoMax(3, 4, DivergenceEstimator.Gan, seed: 1);
        Tensor weight = objective.state_dict()["critic.weight.weight"];
        Tensor Logits(EncoderOutput nodes) => einsum("nd,cd,ncl->nl", graph.Global, weight, nodes.Local.Values);
        double expected = nn.functional.binary_cross_entropy_with_logits(Logits(graph), ones(2, 6)).item<float>()
            + nn.functional.binary_cross_entropy_with_logits(Logits(corrupted), zeros(2, 6)).item<float>();
        objective.call(With(graph, corrupted)).Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        // The corrupted copy is the graph: no critic can tell them apart.
        objective.call(With(graph, graph)).Loss.item<float>().Should().BeGreaterThanOrEqualTo(MathF.Log(4) - 1e-5f);
    }

    [Fact]
    public void Graph_OfTwoCommunities_IsLearnedWithoutLabels()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        const int nodes = 120, features = 16;
        Tensor side = arange(nodes).div(nodes / 2, RoundingMode.floor).to(ScalarType.Float32);
        Tensor same = side.unsqueeze(0).eq(side.unsqueeze(1)).to(ScalarType.Float32);
        Tensor edges = rand([nodes, nodes], generator: generator).lt(same.mul(0.15).add(0.02)).to(ScalarType.Float32).triu(1);
        Tensor values = randn([nodes, features], generator: generator) + side.unsqueeze(1) * 0.5;
        Tensor input = GraphEncoder.Pack(values, edges + edges.t());
        using var encoder = new CorruptingEncoder(new GraphEncoder(features, units: 16, seed: 1), GraphEncoder.ShuffledFeatures(features), seed: 1);
        using var loss = new DimLoss(new DeepGraphInfoMax(16, 16, DivergenceEstimator.Gan, seed: 1));
        using optim.Optimizer optimizer = optim.Adam([.. encoder.parameters(), .. loss.parameters()], 5e-3);
        float first = 0, last = 0;
        for (int step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            DimLossResult result = loss.call(encoder.call(input));
            optimizer.zero_grad();
            result.Total.backward();
            optimizer.step();
            last = result.Total.item<float>();
            first = step == 0 ? last : first;
        }

        last.Should().BeLessThan(first - 0.2f);
        encoder.parameters().All(p => p.grad is not null).Should().BeTrue();
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using var inner = NewDisposeScope();
            loss.call(encoder.call(input)).Total.backward();
        });
    }

    private static EncoderOutput Output(int count) => new(new LocalFeatureMap(rand(count, 3, 6)), rand(count, 4));

    private static EncoderOutput With(EncoderOutput first, EncoderOutput second) =>
        new(first.Local, first.Global, first.Features) { Paired = second };
}
