using InfoMax.Baselines.FewLabels;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using InfoMax.Tests.Support;
using TorchSharp;

namespace InfoMax.Baselines.Tests.FewLabels;

/// <summary>Training on fewer labels than the default batch takes, and on fewer examples.</summary>
public sealed class FewLabelsTests
{
    [Theory]
    [InlineData("supervised")]
    [InlineData("fine-tuned")]
    [InlineData("virtual adversarial")]
    [InlineData("ladder")]
    public void Evaluate_FewerLabelsThanABatch_TakesAllOfThemInEachStep(string name)
    {
        using LabeledData data = GeneratedImages.Make(90, seed: 1);
        ProbeResult result = Run(name, 12, data, batch: 64), given = Run(name, 12, data, batch: 12);
        result.Probe.Should().Be(name);
        result.LabelCount.Should().Be(12);
        result.ToString().Should().Contain("batches of 12").And.NotContain("64");
        result.Accuracies.Should().Equal(given.Accuracies, "it is the same training");
        result.Confusion.Should().BeEquivalentTo(given.Confusion, options => options.WithStrictOrdering());
        if (name is "virtual adversarial" or "ladder")
        {
            result.ToString().Should().Contain("90 without labels", "there are fewer examples than 128");
        }
    }

    [Theory]
    [InlineData("supervised")]
    [InlineData("fine-tuned")]
    [InlineData("virtual adversarial")]
    [InlineData("ladder")]
    public void Evaluate_AnExampleThatIsNoNumber_SaysThatTrainingDiverged(string name)
    {
        using LabeledData data = GeneratedImages.Make(90, seed: 1);
        using var poisoned = new LabeledData(new Poisoned(data.Inputs), data.Labels);
        FluentActions.Invoking(() => Run(name, 90, poisoned, batch: 30))
            .Should().Throw<InvalidOperationException>().WithMessage("Training diverged*inputs are finite*lower learning rate*");
    }

    [Fact]
    public void FineTuning_ThatDiverges_LeavesTheEncoderAsItWas()
    {
        using LabeledData data = GeneratedImages.Make(90, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        float[] before = [.. encoder.parameters().SelectMany(p => p.detach().data<float>().ToArray())];
        FluentActions.Invoking(() => new FineTuning { LearningRate = 1e20, KeepWeights = true, Epochs = 3 }.Evaluate(encoder, data, data))
            .Should().Throw<InvalidOperationException>().WithMessage("Training diverged*");
        encoder.parameters().SelectMany(p => p.detach().data<float>().ToArray()).Should().Equal(before);
    }

    [Fact]
    public void Evaluate_AsManyLabelsAsClasses_IsTheLeast()
    {
        using LabeledData data = GeneratedImages.Make(30, seed: 1);
        new SupervisedBaseline { LabelCount = 3, Epochs = 1 }.Evaluate(seed => GeneratedImages.Encoder(seed), data, data).ToString()
            .Should().Contain("batches of 3").And.Contain("3 of 30 labels");
    }

    /// <summary>One example of it is not a number.</summary>
    private sealed class Poisoned(IBatchSource inner) : IBatchSource
    {
        public int Count => inner.Count;

        public IReadOnlyList<long> ExampleShape => inner.ExampleShape;

        public torch.Tensor GetBatch(ReadOnlySpan<int> indices)
        {
            torch.Tensor batch = inner.GetBatch(indices);
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] == 3)
                {
                    using torch.Tensor example = batch[i];
                    example.fill_(double.NaN);
                }
            }

            return batch;
        }
    }

    private static ProbeResult Run(string name, int labels, LabeledData data, int batch)
    {
        switch (name)
        {
            case "supervised":
                return new SupervisedBaseline { LabelCount = labels, BatchSize = batch, Epochs = 3 }.Evaluate(
                    seed => GeneratedImages.Encoder(seed), data, data);
            case "virtual adversarial":
                return new VirtualAdversarialTraining { LabelCount = labels, BatchSize = batch, Epochs = 3 }.Evaluate(
                    seed => GeneratedImages.Encoder(seed), data, data);
            case "ladder":
                using (ConvEncoder described = GeneratedImages.Encoder(seed: 1))
                {
                    return new LadderNetwork { LabelCount = labels, BatchSize = batch, Epochs = 3 }.Evaluate(
                        described.Description, data, data);
                }

            default:
                using (ConvEncoder encoder = GeneratedImages.Encoder(seed: 1))
                {
                    return new FineTuning { LabelCount = labels, BatchSize = batch, Epochs = 3 }.Evaluate(encoder, data, data);
                }
        }
    }
}
