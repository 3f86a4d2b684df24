using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Optimization;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class DimTrainerResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public static TheoryData<string> Optimizers => ["adam", "adamw", "sgd", "rmsprop", "nadam", "adagrad"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2 * ToyTraining.StepsPerEpoch)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(15)]
    public void Resume_AtAnyStep_HasTheBitsOfARunThatWasNotInterrupted(int stopAt)
    {
        using Tensor data = ToyTraining.Data();
        (byte[] encoder, byte[] loss, TrainingResult whole) =
            Run(data, 4, t => t.Schedule(LearningRateSchedule.Cosine().WithWarmUp(3)).AverageWeights(0.9).ClipGradients(1));
        string folder = Path.Combine(_folder, "run");
        using (Encoder first = ToyTraining.Encoder())
        using (DimTrainer trainer =
            ToyTraining.Trainer(first, data, 4).Schedule(LearningRateSchedule.Cosine().WithWarmUp(3)).AverageWeights(0.9).ClipGradients(1)
                .Checkpoints(folder).Callback(new StopAt(stopAt)))
        {
            trainer.Fit().StopReason.Should().Be(StopReason.Stopped);
        }

        // Whatever happened in between: other draws, other weights.
        manual_seed(77);
        (byte[] resumedEncoder, byte[] resumedLoss, TrainingResult resumed) = Run(
            data, 4, t => t.Schedule(LearningRateSchedule.Cosine().WithWarmUp(3)).AverageWeights(0.9).ClipGradients(1).Resume(folder),
                seed: 99);
        resumedEncoder.Should().Equal(encoder);
        resumedLoss.Should().Equal(loss);
        resumed.StepCount.Should().Be(whole.StepCount);
        resumed.Epochs.Should().HaveCount(4);
        foreach ((EpochSummary a, EpochSummary b) in resumed.Epochs.Zip(whole.Epochs))
        {
            a.Metrics.Should().Equal(b.Metrics);
            a.StepCount.Should().Be(b.StepCount);
        }
    }

    [Fact]
    public void Resume_WithMoreEpochs_TwoAndTwoAreFour()
    {
        using Tensor data = ToyTraining.Data();
        (byte[] encoder, byte[] loss, _) = Run(data, 4, t => t);
        Run(data, 2, t => t.Checkpoints(_folder));
        (byte[] resumed, byte[] resumedLoss, _) = Run(data, 4, t => t.Checkpoints(_folder).Resume(_folder), seed: 3);
        resumed.Should().Equal(encoder);
        resumedLoss.Should().Equal(loss);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Resume_WithAnyOptimizer_HasItsState(string name)
    {
        using Tensor data = ToyTraining.Data();
        DimTrainer With(DimTrainer trainer) => trainer.Optimizer(p => name switch
        {
            "adam" => optim.Adam(p, 1e-3, amsgrad: true),
            "adamw" => optim.AdamW(p, 1e-3),
            "sgd" => optim.SGD(p, 1e-3, momentum: 0.9),
            "rmsprop" => optim.RMSProp(p, 1e-3, momentum: 0.5),
            "nadam" => optim.NAdam(p, 1e-3),
            _ => optim.Adagrad(p, 1e-3),
        });
        (byte[] encoder, _, _) = Run(data, 2, With);
        Run(data, 1, t => With(t).Checkpoints(_folder));
        Run(data, 2, t => With(t).Resume(_folder), seed: 3).Encoder.Should().Equal(encoder);
    }

    [Fact]
    public void Fit_IntoAFolderWithCheckpointsOfAnotherRun_IsRefused()
    {
        using Tensor data = ToyTraining.Data();
        Run(data, 1, t => t.Checkpoints(_folder));
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).Checkpoints(_folder);
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<ArgumentException>().WithMessage("*holds those of another run*");
    }

    [Fact]
    public void ResumeLatest_WithNothingThere_StartsAndAfterwardsGoesOn()
    {
        using Tensor data = ToyTraining.Data();
        (byte[] encoder, _, _) = Run(data, 3, t => t);
        string folder = Path.Combine(_folder, "new", "run");
        Run(data, 1, t => t.Checkpoints(folder).ResumeLatest());
        Run(data, 3, t => t.Checkpoints(folder).ResumeLatest(), seed: 8).Encoder.Should().Equal(encoder);
        (_, _, TrainingResult again) = Run(data, 3, t => t.Checkpoints(folder).ResumeLatest());
        (again.StopReason, again.StepCount).Should().Be((StopReason.Completed, 3L * ToyTraining.StepsPerEpoch));
    }

    [Fact]
    public void Fit_Canceled_LeavesACheckpointThatGoesOn()
    {
        using Tensor data = ToyTraining.Data();
        (byte[] encoder, _, _) = Run(data, 3, t => t);
        using (var cancellation = new CancellationTokenSource())
        using (Encoder first = ToyTraining.Encoder())
        using (DimTrainer trainer = ToyTraining.Trainer(first, data, 3).Checkpoints(_folder).Callback(new Act(5, cancellation.Cancel)))
        {
            TrainingResult result = trainer.Fit(cancellation.Token);
            result.StopReason.Should().Be(StopReason.Canceled);
            result.Checkpoint.Should().EndWith("step-000000000005");
            Checkpoint.Open(result.Checkpoint!).Step.Should().Be(5);
        }

        Run(data, 3, t => t.Resume(_folder)).Encoder.Should().Equal(encoder);
    }

    [Fact]
    public void Fit_FromBeforeADamagedCheckpoint_KeepsAsManyWholeOnesBesides()
    {
        using Tensor data = ToyTraining.Data();
        var options = new CheckpointOptions(_folder) { EverySteps = 6, EveryEpochs = 100, KeepLast = 2, KeepBest = 0 };
        (byte[] encoder, _, _) = Run(data, 3, t => t.Checkpoints(options));
        IEnumerable<string?> Names() => Checkpoint.Find(_folder).Select(Path.GetFileName);
        Names().Should().Equal("step-000000000012", "step-000000000006");
        File.WriteAllText(Path.Combine(_folder, "step-000000000012", "manifest.json"), "{");
        Run(data, 3, t => t.Checkpoints(
            new CheckpointOptions(_folder) { EverySteps = 1, EveryEpochs = 100, KeepLast = 2, KeepBest = 0 }).ResumeLatest()
                .Callback(new StopAt(8)));
        Names().Should().Equal("step-000000000012", "step-000000000008", "step-000000000007");
        Run(data, 3, t => t.Checkpoints(
            new CheckpointOptions(_folder) { EverySteps = 1, EveryEpochs = 100, KeepLast = 2, KeepBest = 0 }).ResumeLatest()).Encoder
                .Should().Equal(encoder);
        Names().Should().Equal("step-000000000012.1", "step-000000000012");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("checkpoints")]
    [InlineData("resumed")]
    [InlineData("averaged")]
    [InlineData("in micro-batches")]
    [InlineData("skipping")]
    [InlineData("clipped")]
    public void Fit_WithEach_LeavesNoTensorBehind(string what)
    {
        using Tensor data = ToyTraining.Data();
        // TorchSharp keeps a tensor of a convolution with bias; one encoder serves all runs.
        using Encoder encoder = ToyTraining.Encoder();
        Run(data, 1, t => t.AverageWeights().Checkpoints(Path.Combine(_folder, "first")));
        int run = 0;
        LiveTensors.ShouldNotGrow(2, () =>
        {
            using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2);
            using DimTrainer changed = what switch
            {
                "checkpoints" => trainer.Checkpoints(new CheckpointOptions(Path.Combine(_folder, $"{run++}")) { EverySteps = 2 }),
                "resumed" => trainer.AverageWeights().Resume(Path.Combine(_folder, "first")),
                "averaged" => trainer.AverageWeights(),
                "in micro-batches" => trainer.MicroBatches(2),
                "skipping" => trainer.OnDivergence(DivergencePolicy.Skip()),
                "clipped" => trainer.ClipGradients(1),
                _ => trainer,
            };
            changed.Fit();
        });
    }

    [Fact]
    public void Resume_OfAnAugmentedPrefetchedRun_HasTheBitsOfOneWithoutThreads()
    {
        using Tensor data = ToyTraining.Data();
        using var plain = new InMemorySource(data);
        var source = new AugmentedSource(plain, new ImageAugmentation { Jitter = 0, Grayscale = 0 }, seed: 4);
        byte[] Bits(int epochs, Func<DimTrainer, DimTrainer> change)
        {
            using Encoder encoder = ToyTraining.Encoder();
            using DimTrainer trainer =
                change(new DimTrainer(encoder, source).Local(new InfoNceEstimator(), units: 8).BatchSize(8).Epochs(epochs).Seed(5));
            trainer.Fit();
            return ToyTraining.Bits(encoder);
        }

        byte[] whole = Bits(4, t => t);
        Bits(4, t => t.Prefetch(3, ahead: 5)).Should().Equal(whole);
        Bits(4, t => t.Prefetch().Checkpoints(_folder).Callback(new StopAt(6))).Should().NotEqual(whole);
        Bits(4, t => t.Prefetch(2).Resume(_folder)).Should().Equal(whole);
        FluentActions.Invoking(() => Bits(1, t => t.Prefetch(-1, 0))).Should().Throw<ArgumentException>().WithMessage("*at least 0, is " +
            "-1*at least 1, is 0*");
    }

    private static (byte[] Encoder, byte[] Loss, TrainingResult Result) Run(Tensor data, int epochs, Func<DimTrainer, DimTrainer> change,
        int seed = 1)
    {
        using Encoder encoder = ToyTraining.Encoder(seed);
        using DimTrainer trainer = change(ToyTraining.Trainer(encoder, data, epochs));
        TrainingResult result = trainer.Fit();
        return (ToyTraining.Bits(encoder), ToyTraining.Bits(trainer.Loss!), result);
    }

    private sealed class StopAt(long at) : TrainingCallback
    {
        public override void OnStep(StepContext context)
        {
            if (context.Run.Step == at)
            {
                context.Run.Stop();
            }
        }
    }

    private sealed class Act(long at, Action act) : TrainingCallback
    {
        public override void OnStep(StepContext context)
        {
            if (context.Run.Step == at)
            {
                act();
            }
        }
    }
}
