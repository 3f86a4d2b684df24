using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Monitoring;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Monitoring;

public sealed class OnlineProbeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fit_WithProbes_HasTheBitsOfARunWithout()
    {
        using Tensor data = ToyTraining.Data();
        using var test = new LabeledData(data, Labels(data));
        byte[] Bits(Func<DimTrainer, DimTrainer> change)
        {
            using Encoder encoder = ToyTraining.Encoder();
            using DimTrainer trainer = change(ToyTraining.Trainer(encoder, data, 3));
            trainer.Fit();
            return [.. ToyTraining.Bits(encoder), .. ToyTraining.Bits(trainer.Loss!)];
        }

        using var probe = new OnlineProbe(Labels(data), ["global", "conv"], test);
        Bits(t => t.Callback(probe)).Should().Equal(Bits(t => t));
    }

    [Fact]
    public void Fit_OnSeparableData_ProbeLearnsAndLeavesTheMode()
    {
        using Tensor data = ToyTraining.Data();
        using var test = new LabeledData(data, Labels(data));
        using Encoder encoder = ToyTraining.Encoder();
        using var probe = new OnlineProbe(Labels(data), ["conv"], test) { LearningRate = 0.02, EveryEpochs = 2 };
        var training = new List<bool>();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 12).Callback(probe).Callback(
            new Acting { Epoch = e => training.AddRange(e.Run.Encoder.modules().Select(m => m.training)) });
        IReadOnlyList<EpochSummary> epochs = trainer.Fit().Epochs;
        training.Should().OnlyContain(mode => mode);
        epochs[^1].Metrics["probe.conv.loss"].Should().BeLessThan(0.3).And.BeLessThan(epochs[0].Metrics["probe.conv.loss"]);
        epochs[^1].Metrics["probe.conv.accuracy"].Should().BeGreaterThan(0.9);
        epochs[^1].Metrics["probe.conv.test_accuracy"].Should().BeGreaterThan(0.9);
        epochs.Select(e => e.Metrics.ContainsKey("probe.conv.test_accuracy"))
            .Should().Equal(Enumerable.Range(1, 12).Select(e => e == 1 || e % 2 == 0));
    }

    [Fact]
    public void OnStep_Numbers_AreThoseOfANaiveClassifier()
    {
        using Tensor data = ToyTraining.Data();
        // Few labels, so that some batches have none.
        int[] labels = [.. Labels(data).Select((label, i) => i % 6 == 0 ? label : -1)];
        var naive = new NaiveClassifier(2, 0.05);
        List<double> expected = [], got = [];
        double lastLoss = Math.Log(2), lastAccuracy = 0.5;
        int without = 0;
        var before = new Acting
        {
            Step = s =>
            {
                (double Loss, double Accuracy)? numbers = naive.Learn(Rows(s.Output.Global), [.. s.ExampleIndices.Select(e => labels[e])]);
                without += numbers is null ? 1 : 0;
                (lastLoss, lastAccuracy) = numbers ?? (lastLoss, lastAccuracy);
                expected.AddRange([lastLoss, lastAccuracy]);
            },
        };
        var after =
            new Acting
            {
                Step = s =>
                got.AddRange([s.Metrics["watch.global.loss"].item<float>(), s.Metrics["watch.global.accuracy"].item<float>()])
            };
        using Encoder encoder = ToyTraining.Encoder();
        using var test = new LabeledData(data, Labels(data));
        using var probe = new OnlineProbe(labels, test: test) { LearningRate = 0.05, Name = "watch" };
        double told = 0;
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 5).Callback(before).Callback(probe).Callback(after).Callback(
            new Acting { Epoch = e => told = e.Metrics["watch.global.test_accuracy"] });
        trainer.Fit();
        without.Should().BePositive();
        got.Should().HaveCount(2 * 5 * ToyTraining.StepsPerEpoch);
        got.Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4);

        using FeatureSet features = new FeatureExtractor().Extract(encoder, test);
        told.Should().Be(
            Rows(features.Values).Select(naive.Classify).Zip(
                test.Labels, (a, b) => a == b).Count(right => right) / (double)ToyTraining.Examples);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0)]
    public void Resume_WithProbe_HasTheBitsOfARunThatWasNotInterrupted(int stopAt)
    {
        using Tensor data = ToyTraining.Data();
        using var test = new LabeledData(data, Labels(data));
        (TrainingResult whole, byte[] state) = Run(t => t);
        string folder = Path.Combine(_folder, "run");
        Run(
            t => t.Checkpoints(folder).Callback(
                new Acting { Start = c => StopIf(stopAt == 0, c), Step = s => StopIf(s.Run.Step == stopAt, s.Run) }));
        manual_seed(5);
        (TrainingResult resumed, byte[] resumedState) = Run(t => t.Resume(folder));
        resumedState.Should().Equal(state);
        resumed.Epochs.Zip(whole.Epochs).Should().HaveCount(3).And.AllSatisfy(e => e.First.Metrics.Should().Equal(e.Second.Metrics));

        static void StopIf(bool condition, TrainingContext run)
        {
            if (condition)
            {
                run.Stop();
            }
        }

        (TrainingResult, byte[]) Run(Func<DimTrainer, DimTrainer> change)
        {
            using Encoder encoder = ToyTraining.Encoder();
            using var probe = new OnlineProbe(Labels(data), ["conv", "global"], test);
            using DimTrainer trainer = change(ToyTraining.Trainer(encoder, data, 3).Callback(probe));
            TrainingResult result = trainer.Fit();
            using var scope = NewDisposeScope();
            return (
                result, [.. probe.GetExtraState().OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => s.Value.bytes.ToArray())]);
        }
    }

    [Fact]
    public void SetExtraState_OfSomethingElse_IsRefusedAndKeepsWhatWasThere()
    {
        using Tensor data = ToyTraining.Data();
        using var scope = NewDisposeScope();
        using Encoder encoder = ToyTraining.Encoder();
        using var probe = new OnlineProbe(Labels(data));
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).Callback(probe);
        trainer.Fit();
        IReadOnlyDictionary<string, Tensor> state = probe.GetExtraState();
        void Refused(Dictionary<string, Tensor> other, string why) =>
            FluentActions.Invoking(() => probe.SetExtraState(other)).Should().Throw<ArgumentException>().WithMessage(why);
        Refused([], "*no probe in this place*");
        foreach (string name in state.Keys.Where(n => n != "features"))
        {
            Refused(state.Where(s => s.Key != name).ToDictionary(), "*");
            Refused(state.ToDictionary(s => s.Key, s => s.Key == name ? zeros(3, 3, 3) : s.Value), "*");
        }

        probe.GetExtraState().OrderBy(s => s.Key)
            .Should().AllSatisfy(s => s.Value.bytes.ToArray().Should().Equal(state[s.Key].bytes.ToArray()));
        probe.SetExtraState(state);
    }

    [Fact]
    public void Checkpoints_ByTheProbesAccuracy_KeepTheBest()
    {
        using Tensor data = ToyTraining.Data();
        using var test = new LabeledData(data, Labels(data));
        using Encoder encoder = ToyTraining.Encoder();
        using var probe = new OnlineProbe(Labels(data), ["conv"], test) { LearningRate = 0.5 };
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 8).Callback(probe)
            .Checkpoints(new CheckpointOptions(_folder) { BestMetric = "probe.conv.test_accuracy", HigherIsBetter = true, KeepLast = 1 });
        TrainingResult result = trainer.Fit();
        double best = result.Epochs.Max(e => e.Metrics["probe.conv.test_accuracy"]);
        Checkpoint.Find(_folder).Select(path => Checkpoint.Open(path).Epochs[^1].Metrics["probe.conv.test_accuracy"]).Max()
            .Should().Be(best);
    }

    [Fact]
    public void Fit_WithProbe_LeavesNoTensorBehind()
    {
        using Tensor data = ToyTraining.Data();
        using var test = new LabeledData(data, Labels(data));
        using Encoder encoder = ToyTraining.Encoder();
        LiveTensors.ShouldNotGrow(2, () =>
        {
            using var probe = new OnlineProbe(Labels(data), ["conv", "global"], test);
            for (int run = 0; run < 2; run++)
            {
                using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2).Callback(probe);
                trainer.Fit();
            }
        });
    }

    [Fact]
    public void Probe_ThatDoesNotFit_SaysWhy()
    {
        Expect.ArgumentFault(() => _ = new OnlineProbe([0, 1, -2]), "labels", "−1 for none");
        Expect.ArgumentFault(() => _ = new OnlineProbe([0, 0]), "labels", "two classes");
        Expect.ArgumentFault(() => _ = new OnlineProbe([0, 1], ["a", "a"]), "features", "each once");
        FluentActions.Invoking(() => new OnlineProbe([0, 1]) { LearningRate = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new OnlineProbe([0, 1]) { EveryEpochs = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        using Tensor data = ToyTraining.Data();
        void Refused(OnlineProbe probe, string why)
        {
            using Encoder encoder = ToyTraining.Encoder();
            using (probe)
            {
                using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).Callback(probe);
                FluentActions.Invoking(() => trainer.Fit()).Should().Throw<ArgumentException>().WithMessage(why);
            }
        }

        Refused(new OnlineProbe([0, 1]), "*each of the 36 training examples*got 2*");
        Refused(new OnlineProbe(Labels(data), ["fc"]), "*conv, global*\"fc\"*");
    }

    /// <summary>Whether an image is bright.</summary>
    private static int[] Labels(Tensor data)
    {
        using var scope = NewDisposeScope();
        return [.. data.flatten(1).mean([1]).gt(0.5).to(ScalarType.Int32).data<int>()];
    }

    private static double[][] Rows(Tensor features)
    {
        using var scope = NewDisposeScope();
        float[] flat = features.detach().flatten(1).contiguous().data<float>().ToArray();
        return [.. flat.Select(v => (double)v).Chunk(flat.Length / (int)features.shape[0])];
    }
}
