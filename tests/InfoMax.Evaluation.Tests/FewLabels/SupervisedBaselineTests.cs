using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.FewLabels;

public sealed class SupervisedBaselineTests
{
    [Fact]
    public void Evaluate_SeparableClasses_IsLearnedAndRepeatsForASeed()
    {
        using LabeledData train = Data(120, seed: 1, shuffled: false), test = Data(60, seed: 2, shuffled: false);
        var baseline = new SupervisedBaseline { LabelCount = 60, Repeats = 2, Epochs = 60, BatchSize = 20, LearningRate = 1e-2, Seed = 5 };
        ProbeResult first = baseline.Evaluate(Create, train, test), second = baseline.Evaluate(Create, train, test);
        first.Mean.Should().BeGreaterThan(0.7);
        first.Accuracies.Should().Equal(second.Accuracies);
        (first.LabelCount, first.TrainCount, first.Repeats, first.Probe).Should().Be((60, 120, 2, "supervised"));
    }

    [Fact]
    public void Evaluate_ShuffledLabels_StaysNearChance()
    {
        using LabeledData train = Data(120, seed: 1, shuffled: true), test = Data(300, seed: 2, shuffled: true);
        new SupervisedBaseline { Epochs = 4, BatchSize = 20 }.Evaluate(Create, train, test).Mean.Should().BeInRange(0.2, 0.47);
    }

    [Fact]
    public void Evaluate_WrongArguments_SaysWhatWasExpected()
    {
        using LabeledData train = Data(30, seed: 1, shuffled: false);
        Expect.ArgumentFault(
            () => new SupervisedBaseline { LabelCount = 31 }.Evaluate(Create, train, train), "train", "LabelCount from 3", "30", "got 31");
        Expect.ArgumentFault(
            () =>
                new SupervisedBaseline { BatchSize = 20, Epochs = 1 }.Evaluate(Create, train, train, "fc"), "feature", "global", "\"fc\"");
        FluentActions.Invoking(() => new SupervisedBaseline { LearningRate = double.NaN }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(
            () => new SupervisedBaseline { BatchSize = 20 }.Evaluate(Create, train, train, cancellationToken: new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Evaluate_Repeated_LeaksNoTensor()
    {
        using LabeledData train = Data(40, seed: 1, shuffled: false);
        LiveTensors.ShouldNotGrow(3, () => new SupervisedBaseline { Epochs = 1, BatchSize = 20 }.Evaluate(Create, train, train));
    }

    // No bias: making a convolution with one leaves a tensor of TorchSharp behind.
    private static EncoderAdapter Create(int seed)
    {
        _ = manual_seed(seed);
        return new EncoderAdapter(
            nn.Sequential(nn.Conv2d(1, 8, 1, bias: false), nn.ReLU()), nn.Sequential(nn.Flatten(), nn.Linear(8 * 8, 8)));
    }

    /// <summary>Three classes, each a level of the signal; or labels that have nothing to do with it.</summary>
    private static LabeledData Data(int count, int seed, bool shuffled)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 3)];
        Tensor levels = tensor(labels.Select(l => (float)l - 1).ToArray()).view(count, 1, 1, 1);
        Tensor inputs = levels.add(randn([count, 1, 8, 1], generator: generator).mul(0.3));
        return new LabeledData(inputs, shuffled ? [.. labels.Select((_, i) => new Random((seed * 100_000) + i).Next(3))] : labels);
    }
}
