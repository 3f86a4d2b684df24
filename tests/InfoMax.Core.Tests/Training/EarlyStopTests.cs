using InfoMax.Encoders;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class EarlyStopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;
    private readonly Tensor _data = ToyTraining.Data();

    public void Dispose()
    {
        _data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_MetricStopsImproving_EndsAndHasTheBestWeights(bool averaged)
    {
        double[] scores = [5, 3, 4, double.NaN, 3, 1];
        DimTrainer Averaged(DimTrainer t) => averaged ? t.AverageWeights(0.9) : t;
        (byte[] best, _) = Run(2, Averaged, scores);
        (byte[] encoder, TrainingResult result) = Run(20, t => Averaged(t).EarlyStopping("score", patience: 3), scores);
        (result.StopReason, result.Epochs.Count, result.RestoredEpoch).Should().Be((StopReason.Stopped, 5, 2));
        encoder.Should().Equal(best);
        result.ToString().Should().Contain("weights of epoch 2");
        (byte[] last, _) = Run(5, Averaged, scores);
        (byte[] kept, TrainingResult without) = Run(20, t => Averaged(t).EarlyStopping("score", 3, restoreBest: false), scores);
        (without.Epochs.Count, without.RestoredEpoch).Should().Be((5, null));
        kept.Should().Equal(last);
    }

    [Fact]
    public void Fit_HigherIsBetterOrNeverStops_RestoresTheBest()
    {
        Run(20, t => t.EarlyStopping("score", 2, higherIsBetter: true), [1, 2, 9, 4, 5, 6]).Result.Epochs.Should().HaveCount(5);
        (_, TrainingResult completed) = Run(3, t => t.EarlyStopping("score", 9), [1, 2, 3]);
        (completed.StopReason, completed.RestoredEpoch).Should().Be((StopReason.Completed, 1));
        Run(3, t => t.EarlyStopping("score", 9), [3, 2, 1]).Result.RestoredEpoch.Should().BeNull("the last epoch is the best");
    }

    [Fact]
    public void Resume_InterruptedAnywhere_EndsAsTheUninterruptedRun()
    {
        double[] scores = [5, 3, 4, 4, 3.5, 9, 9, 9];
        DimTrainer Stopping(DimTrainer t) => t.EarlyStopping("score", 3);
        (byte[] whole, TrainingResult result) = Run(20, Stopping, scores);
        result.Epochs.Should().HaveCount(5);
        foreach (int interrupted in new[] { 1, 3, 4 })
        {
            string folder = Path.Combine(_folder, $"{interrupted}");
            Run(20, t => Stopping(t).Checkpoints(folder).Callback(new Acting { Epoch = e => StopAt(e, interrupted) }), scores);
            Checkpoint.Open(folder).Epochs.Should().HaveCount(interrupted);
            (byte[] resumed, TrainingResult rest) =
                Run(20, t => Stopping(t).Checkpoints(folder).ResumeLatest().Callback(new Acting()), scores);
            resumed.Should().Equal(whole);
            (rest.StopReason, rest.Epochs.Count, rest.RestoredEpoch).Should().Be((StopReason.Stopped, 5, 2));
            // Once more: nothing is left to do.
            (byte[] again, TrainingResult nothing) =
                Run(20, t => Stopping(t).Checkpoints(folder).ResumeLatest().Callback(new Acting()), scores);
            again.Should().Equal(whole);
            (nothing.StopReason, nothing.Epochs.Count, nothing.RestoredEpoch).Should().Be((StopReason.Stopped, 5, 2));
        }
    }

    [Fact]
    public void Fit_OfAMetricThatDoesNotExist_SaysWhichDo()
    {
        FluentActions.Invoking(() => Run(5, t => t.EarlyStopping("scroe", 2), [1, 2, 3, 4, 5])).Should().Throw<ArgumentException>()
            .WithMessage("*after epoch 1*EarlyStopping*\"scroe\"*local.nats*score*total*");
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, _data, 1);
        Expect.ArgumentFault(() => trainer.EarlyStopping(" ", 1), "metric");
        Expect.ArgumentFault(() => trainer.EarlyStopping("total", 0), "patience");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_WithEarlyStopping_LeavesNoTensorBehind(bool restoreBest)
    {
        // TorchSharp's count of tensors grows with each batch normalization that is made, so one encoder serves every run.
        using Encoder encoder = ToyTraining.Encoder();
        double[] scores = [3, 2, 4, 5];
        LiveTensors.ShouldNotGrow(2, () =>
        {
            using DimTrainer trainer = ToyTraining.Trainer(encoder, _data, 4).EarlyStopping("score", 2, restoreBest)
                .Callback(new Acting { Epoch = e => e.Report("score", scores[e.Epoch - 1]) });
            trainer.Fit();
        });
    }

    private static void StopAt(EpochContext context, int epoch)
    {
        if (context.Epoch == epoch)
        {
            context.Run.Stop();
        }
    }

    private (byte[] Encoder, TrainingResult Result) Run(int epochs, Func<DimTrainer, DimTrainer> change, double[] scores)
    {
        using Encoder encoder = ToyTraining.Encoder();
        var scoring = new Acting { Epoch = e => e.Report("score", scores[e.Epoch - 1]) };
        using DimTrainer trainer = change(ToyTraining.Trainer(encoder, _data, epochs)).Callback(scoring);
        TrainingResult result = trainer.Fit();
        return (ToyTraining.Bits(encoder), result);
    }
}
