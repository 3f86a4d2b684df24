using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

/// <summary>The semi-supervised term and the activation penalty.</summary>
public sealed class ClassificationTests
{
    [Fact]
    public void Loss_OfSomeLabels_IsTheMeanCrossEntropyOfThoseExamples()
    {
        using var scope = NewDisposeScope();
        using var objective = new Classification(6, 3, dropout: 0, seed: 1);
        EncoderOutput output = Output(5);
        long[] labels = [2, -1, 0, -1, 1];
        ObjectiveResult result = objective.call(output.WithLabels(tensor(labels)));
        Tensor logits = objective.Logits(output);
        double expected = new[] { 0, 2, 4 }.Average(i => -nn.functional.log_softmax(logits, 1)[i, labels[i]].item<float>());
        result.Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        result.Metrics["labeled"].item<float>().Should().BeApproximately(0.6f, 1e-6f);
        double right = new[] { 0, 2, 4 }.Average(i => logits[i].argmax().item<long>() == labels[i] ? 1.0 : 0.0);
        result.Metrics["accuracy"].item<float>().Should().BeApproximately((float)right, 1e-6f);
    }

    [Fact]
    public void Loss_WithoutAnyLabel_IsZeroAndSendsNoGradient()
    {
        using var scope = NewDisposeScope();
        using var objective = new Classification(6, 3, dropout: 0, seed: 1);
        Tensor feature = rand(4, 6).requires_grad_(true);
        using var output = new EncoderOutput(new LocalFeatureMap(rand(4, 2, 2)), rand(4, 3),
            new Dictionary<string, Tensor> { ["conv"] = feature });
        ObjectiveResult result = objective.call(output.WithLabels(full([4], -1, ScalarType.Int64)));
        result.Loss.item<float>().Should().Be(0);
        result.Loss.backward();
        feature.grad!.abs().sum().item<float>().Should().Be(0);
    }

    [Fact]
    public void Loss_OfAConstantFeature_IsAtLeastTheEntropyOfTheLabels()
    {
        using var scope = NewDisposeScope();
        using var objective = new Classification(6, 4, dropout: 0, seed: 1);
        using var output = new EncoderOutput(new LocalFeatureMap(rand(8, 2, 2)), rand(8, 3),
            new Dictionary<string, Tensor> { ["conv"] = ones(8, 6) });
        using optim.Optimizer steps = optim.Adam(objective.parameters().ToArray(), 0.05);
        EncoderOutput labeled = output.WithLabels(tensor(new long[] { 0, 1, 2, 3, 0, 1, 2, 3 }));
        double loss = 0;
        for (int step = 0; step < 200; step++)
        {
            using var inner = NewDisposeScope();
            Tensor value = objective.call(labeled).Loss;
            steps.zero_grad();
            value.backward();
            steps.step();
            loss = value.item<float>();
        }

        loss.Should().BeApproximately(Math.Log(4), 1e-3);
    }

    [Fact]
    public void Call_WrongLabels_SaysWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        using var objective = new Classification(6, 3);
        Expect.ArgumentFault(() => objective.call(Output(4)), "output", "WithLabels");
        Expect.ArgumentFault(() => objective.call(Output(4).WithLabels(tensor(new long[] { 0, 1, 3, 0 }))), "output", "[0, 3)", "0 to 3");
        Expect.ArgumentFault(() => Output(4).WithLabels(tensor(new long[] { 0, 1 })), "labels", "[4]", "[2]");
        Expect.ArgumentFault(() => Output(4).WithLabels(rand(4)), "labels", "int64");
        using var other = new Classification(6, 3, feature: "fc");
        Expect.ArgumentFault(() => other.call(Output(4).WithLabels(tensor(new long[] { 0, 1, 2, 0 }))), "output", "\"fc\"", "conv, global");
        FluentActions.Invoking(() => new Classification(6, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new Classification(6, 3, dropout: 1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Trainer_WithSomeLabels_LearnsThemTheSameWayForASeed()
    {
        float[] first = Train(), second = Train();
        first.Should().Equal(second, "dropout draws from a generator of the seed");
        first[^1].Should().BeGreaterThan(0.8f);

        static float[] Train()
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(1);
            int[] classes = [.. Enumerable.Range(0, 96).Select(i => i % 2)];
            // Bright above or bright below.
            Tensor images = randn([96, 1, 28, 28], generator: generator).mul(0.3);
            for (int i = 0; i < 96; i++)
            {
                images[i, .., (classes[i] * 14)..((classes[i] * 14) + 14)].add_(1);
            }

            using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
            using DimTrainer trainer = new DimTrainer(encoder, images)
                .Local(new InfoNceEstimator(), units: 16, locations: 4)
                .Labels([.. classes.Select((c, i) => i % 3 == 0 ? c : -1)]).Classify(weight: 0.5)
                .BatchSize(24).Epochs(4).LearningRate(1e-3).Seed(5);
            TrainingResult result = trainer.Fit();
            result.Epochs[^1].Metrics["labels.labeled"].Should().BeApproximately(1.0 / 3, 1e-6);
            return [.. result.Epochs.Select(e => (float)e.Metrics["labels.accuracy"])];
        }
    }

    [Fact]
    public void Trainer_WithFaultyLabels_ReportsEveryFault()
    {
        using var images = rand(8, 1, 28, 28);
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 4);
        Fault(t => t.Labels([0, 1, 0])).Should().Contain("a label for each example").And.Contain("8, got 3");
        Fault(t => t.Labels([0, 1, 0, 1, 0, 1, 0, -2])).Should().Contain("got -2");
        Fault(t => t.Classify(2)).Should().Contain("a classifier needs labels");
        Fault(t => t.Labels([0, 1, 0, 1, 0, 1, 0, 5]).Classify(2)).Should().Contain("2 classes, the largest label is 5");
        Fault(t => t.Labels([0, 1, 0, 1, 0, 1, 0, 1]).Classify(feature: "nothing")).Should().Contain("\"nothing\"")
            .And.Contain("conv, fc, global");

        string Fault(Action<DimTrainer> set)
        {
            using DimTrainer trainer = new DimTrainer(encoder, images).BatchSize(4).Epochs(1);
            set(trainer);
            return FluentActions.Invoking(() => trainer.Fit()).Should().Throw<ArgumentException>().Which.Message;
        }
    }

    [Fact]
    public void ActivationPenalty_OfConstantVectors_IsTheirSquare()
    {
        using var scope = NewDisposeScope();
        using var penalty = new ActivationPenalty(0.1);
        using var output = new EncoderOutput(new LocalFeatureMap(full(2, 3, 4, 2.0f)), full(2, 5, 3.0f));
        ObjectiveResult result = penalty.call(output);
        result.Loss.item<float>().Should().Be(9);
        result.Metrics["norm"].item<float>().Should().Be(3);
        penalty.Weight.Should().Be(0.1);
        using var local = new ActivationPenalty(1, "local");
        local.call(output).Loss.item<float>().Should().Be(4);
        using var none = new ActivationPenalty(1, "fc");
        Expect.ArgumentFault(() => none.call(output), "output", "\"fc\"", "global, local");
    }

    private static EncoderOutput Output(int count) =>
        new(new LocalFeatureMap(rand(count, 2, 2)), rand(count, 3), new Dictionary<string, Tensor> { ["conv"] = rand(count, 3, 2) });
}
