using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.FewLabels;

public sealed class FineTuningTests
{
    private static readonly FineTuning Small = Make();

    [Fact]
    public void Evaluate_PretrainedEncoder_LearnsFromFewLabelsAndLeavesTheEncoderAsItWas()
    {
        using LabeledData train = GeneratedImages.Make(240, seed: 1), test = GeneratedImages.Make(150, seed: 2);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        using DimTrainer trainer =
            new DimTrainer(encoder, train.Inputs).Local(new JensenShannonEstimator(), units: 32).Epochs(3).BatchSize(32).Seed(1);
        trainer.Fit();

        encoder.train();
        encoder.children().First().eval();
        Dictionary<string, byte[]> before = Bits(encoder);
        ProbeResult first = Small.Evaluate(encoder, train, test), second = Small.Evaluate(encoder, train, test);
        first.Mean.Should().BeGreaterThan(0.7, "chance is a third");
        first.Accuracies.Should().Equal(second.Accuracies);
        (first.LabelCount, first.TrainCount, first.Repeats, first.Probe, first.Feature, first.FeatureCount)
            .Should().Be((48, 240, 2, "fine-tuned", "conv", 256));
        first.ToString().Should().ContainAll("200 units", "dropout 0.1", "12 epochs", "48 of 240 labels");
        Bits(encoder).Should().BeEquivalentTo(before);
        (encoder.training, encoder.children().First().training).Should().Be((true, false));
        encoder.parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
    }

    [Fact]
    public void Evaluate_Repeats_EachStartFromTheGivenEncoder()
    {
        using LabeledData data = GeneratedImages.Make(60, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        FineTuning one = Make(repeats: 1, epochs: 1), kept = Make(repeats: 1, epochs: 1, keep: true);
        Dictionary<string, byte[]> before = Bits(encoder);
        ProbeResult first = one.Evaluate(encoder, data, data);
        first.Accuracies.Should().Equal(Make(epochs: 1).Evaluate(encoder, data, data).Accuracies.Take(1));
        Bits(encoder).Should().BeEquivalentTo(before);
        kept.Evaluate(encoder, data, data).Accuracies.Should().Equal(first.Accuracies);
        Bits(encoder).Keys.Should().BeEquivalentTo(before.Keys);
        Bits(encoder).Count(value => !value.Value.SequenceEqual(before[value.Key]))
            .Should().Be(before.Count - 2, "all is trained but the two parameters of the global layer, which the classifier does not read");
    }

    [Fact]
    public void Evaluate_FrozenParameters_StayAsTheyAre()
    {
        using LabeledData data = GeneratedImages.Make(60, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        string[] frozen = [.. encoder.named_parameters().Take(3).Select(p => p.name)];
        foreach (string name in frozen)
        {
            encoder.get_parameter(name)!.requires_grad = false;
        }

        Dictionary<string, byte[]> before = Bits(encoder);
        Make(epochs: 1, keep: true).Evaluate(encoder, data, data);
        Bits(encoder).Where(value => frozen.Contains(value.Key))
            .Should().OnlyContain(value => value.Value.SequenceEqual(before[value.Key]));
        frozen.Should().OnlyContain(name => !encoder.get_parameter(name)!.requires_grad);
    }

    [Fact]
    public void Evaluate_CanceledOnTheWay_LeavesTheEncoderAsItWas()
    {
        using LabeledData data = GeneratedImages.Make(60, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        Dictionary<string, byte[]> before = Bits(encoder);
        using var cancellation = new CancellationTokenSource();
        var source = new CancelingSource(data.Inputs, cancellation, after: 4);
        using var canceling = new LabeledData(source, data.Labels);
        FluentActions.Invoking(() => Make(keep: true).Evaluate(encoder, canceling, data, cancellationToken: cancellation.Token))
            .Should().Throw<OperationCanceledException>();
        Bits(encoder).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Evaluate_WrongArguments_SaysWhatWasExpected()
    {
        using LabeledData data = GeneratedImages.Make(60, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        Dictionary<string, byte[]> before = Bits(encoder);
        Expect.ArgumentFault(() => Small.Evaluate(encoder, data, data, "fc"), "feature", "conv", "\"fc\"");
        Expect.ArgumentFault(() => Make(labelCount: 61).Evaluate(encoder, data, data), "train", "60", "got 61");
        Expect.ArgumentFault(() => Make(labelCount: 2).Evaluate(encoder, data, data), "train", "LabelCount from 3", "got 2");
        using var single = new LabeledData(data.Inputs, new int[60]);
        Expect.ArgumentFault(() => Small.Evaluate(encoder, single, single), "train", "two classes");
        Expect.ArgumentFault(() => _ = new FineTuning { HiddenUnits = 0 }, "HiddenUnits");
        Expect.ArgumentFault(() => _ = new FineTuning { Dropout = 1 }, "Dropout");
        Bits(encoder).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Evaluate_Repeated_LeaksNoTensor()
    {
        using LabeledData data = GeneratedImages.Make(48, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        LiveTensors.ShouldNotGrow(2, () => Make(epochs: 1).Evaluate(encoder, data, data));
    }

    private static FineTuning Make(int labelCount = 48, int repeats = 2, int epochs = 12, bool keep = false) => new()
    {
        LabelCount = labelCount,
        Repeats = repeats,
        Epochs = epochs,
        BatchSize = 16,
        LearningRate = 3e-3,
        KeepWeights = keep,
        Seed = 5,
    };

    private static Dictionary<string, byte[]> Bits(Encoder encoder)
    {
        using var scope = NewDisposeScope();
        return encoder.state_dict().ToDictionary(v => v.Key, v => v.Value.detach().clone().bytes.ToArray());
    }

    /// <summary>Cancels after some batches.</summary>
    private sealed class CancelingSource(IBatchSource inner, CancellationTokenSource cancellation, int after) : IBatchSource
    {
        private int _batches;

        public int Count => inner.Count;

        public IReadOnlyList<long> ExampleShape => inner.ExampleShape;

        public Tensor GetBatch(ReadOnlySpan<int> indices)
        {
            if (++_batches == after)
            {
                cancellation.Cancel();
            }

            return inner.GetBatch(indices);
        }
    }
}
