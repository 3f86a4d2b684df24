using InfoMax.Encoders;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class CheckpointKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fit_KeepsTheLastAndTheBest()
    {
        Train(6, new CheckpointOptions(_folder) { KeepLast = 2, KeepBest = 1, BestMetric = "score" }, new Scores(3, 9, 1, 5, 4, 7));
        Names().Should().Equal("step-000000000024", "step-000000000020", "step-000000000012");
        Train(6, new CheckpointOptions(Path.Combine(_folder, "b"))
        {
            KeepLast = 1,
            KeepBest = 2,
            BestMetric = "score",
            HigherIsBetter = true,
            EverySteps = 3
        }, new Scores(3, 9, 1, 5, 4, 7));
        Checkpoint.Find(Path.Combine(_folder, "b")).Select(Path.GetFileName).Should().Equal("step-000000000024", "step-000000000008");
    }

    [Fact]
    public void Fit_WithABestMetricThatDoesNotExist_SaysWhichDoAndKeepsTheWork()
    {
        FluentActions.Invoking(() => Train(4, new CheckpointOptions(_folder) { BestMetric = "scor" }, new Scores(3, 9, 1, 5)))
            .Should().Throw<ArgumentException>().WithMessage("*after epoch 1*BestMetric*\"scor\"*there are gradient_norm, " +
                "local.loss*score, total*");
        Checkpoint.Open(_folder).Epochs.Should().ContainSingle();
        FluentActions.Invoking(() => Train(1, new CheckpointOptions(Path.Combine(_folder, "b")) { BestMetric = "x" }))
            .Should().Throw<ArgumentException>("also in the only epoch");
        Checkpoint.Open(Path.Combine(_folder, "b")).Step.Should().Be(4);
        Train(1, new CheckpointOptions(Path.Combine(_folder, "c")) { BestMetric = "x", KeepBest = 0 }).StopReason
            .Should().Be(StopReason.Completed);
    }

    [Fact]
    public void Fit_FolderThatCannotBeWritten_IsRefusedAtOnce()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        FluentActions.Invoking(() => Train(1, new CheckpointOptions(Path.Combine(file, "run")))).Should().Throw<CheckpointException>();
    }

    [Fact]
    public void Fit_FolderOfARunThatIsGoingOn_IsRefused()
    {
        Exception? second = null;
        Train(1, new CheckpointOptions(_folder), new Also(() => second = Record.Exception(() => Train(1, new CheckpointOptions(_folder)))));
        second.Should().BeOfType<CheckpointException>().Which.Message.Should().Contain("no other run is using");
    }

    [Fact]
    public void Fit_FolderThatVanishes_TrainsToTheEnd()
    {
        string folder = Path.Combine(_folder, "run");
        TrainingResult result = Train(3, new CheckpointOptions(folder), new Vanishing(folder));
        result.StopReason.Should().Be(StopReason.Completed);
        result.Checkpoint.Should().BeNull();
    }

    [Fact]
    public void Prepare_AfterAnInterruptedWrite_RemovesWhatIsHalf()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".writing-123"));
        File.WriteAllText(Path.Combine(_folder, ".writing-123", "encoder.safetensors"), "half");
        Directory.CreateDirectory(Path.Combine(_folder, "mine"));
        Train(1, new CheckpointOptions(_folder));
        Directory.GetDirectories(_folder).Select(Path.GetFileName).Order().Should().Equal("mine", "step-000000000004");
    }

    private IEnumerable<string?> Names() => Checkpoint.Find(_folder).Select(Path.GetFileName);

    private static TrainingResult Train(int epochs, CheckpointOptions options, TrainingCallback? callback = null)
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, epochs).Checkpoints(options);
        return (callback is null ? trainer : trainer.Callback(callback)).Fit();
    }

    private sealed class Scores(params double[] scores) : TrainingCallback
    {
        public override void OnEpoch(EpochContext context) => context.Report("score", scores[context.Epoch - 1]);
    }

    private sealed class Also(Action act) : TrainingCallback
    {
        public override void OnStart(TrainingContext context) => act();
    }

    private sealed class Vanishing(string folder) : TrainingCallback
    {
        public override void OnStart(TrainingContext context)
        {
            Directory.Delete(folder, recursive: true);
            File.WriteAllText(folder, "in the way");
        }
    }
}
