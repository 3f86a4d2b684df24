using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Optimization;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class RunIdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Resume_OfAnotherRun_IsRefusedAndLeavesTheEncoder()
    {
        using var scope = NewDisposeScope();
        Tensor data = ToyTraining.Data();
        Run(data, 1, t => t.Checkpoints(_folder));
        using Encoder encoder = ToyTraining.Encoder(seed: 3);
        byte[] before = ToyTraining.Bits(encoder);
        void Refused(DimTrainer trainer, string why)
        {
            using (trainer)
            {
                FluentActions.Invoking(() => trainer.Resume(_folder).Fit()).Should().Throw<CheckpointException>().WithMessage(why);
            }

            ToyTraining.Bits(encoder).Should().Equal(before);
        }

        Refused(ToyTraining.Trainer(encoder, data, 2).Seed(6), "*the seed is 6, was 5*");
        Refused(ToyTraining.Trainer(encoder, data, 2).BatchSize(6), "*the batch size is 6, was 8*");
        Refused(ToyTraining.Trainer(encoder, data.narrow(0, 0, 20), 2), "*number of examples is 20, was 36*");
        Refused(ToyTraining.Trainer(encoder, data, 2).Optimizer(p => optim.SGD(p, 0.1)), "*the optimizer is SGD, was Adam*");
        Refused(ToyTraining.Trainer(encoder, data, 2).Optimizer(p => optim.Adam(p, 1e-3, amsgrad: true)), "*optimizer does not " +
            "fit*max_exp_avg_sq is missing*");
        Refused(ToyTraining.Trainer(encoder, data, 2).AverageWeights(), "*averaged weights*");
        Refused(ToyTraining.Trainer(encoder, data, 2).Prior(InfoMax.Priors.Prior.Gaussian), "*the loss is local + prior + prior_2, was " +
            "local + prior*");
        using Encoder other = ToyTraining.Encoder(norm: false);
        using DimTrainer without = ToyTraining.Trainer(other, data, 2).Resume(_folder);
        FluentActions.Invoking(() => without.Fit()).Should().Throw<CheckpointException>();
    }

    [Fact]
    public void Resume_WithOtherSettingsThatMayDiffer_SaysWhich()
    {
        using Tensor data = ToyTraining.Data();
        Run(data, 1, t => t.Checkpoints(_folder));
        string? Differences(Func<DimTrainer, DimTrainer> change)
        {
            var logger = new RecordingLogger();
            Run(data, 2, t => change(t).Resume(_folder).LogTo(logger));
            return logger.Entries.SingleOrDefault(e => e.Id == 15).Text;
        }

        Differences(t => t).Should().BeNull();
        Differences(t => t.Epochs(3)).Should().BeNull("a run may be longer");
        Differences(t => t.LearningRate(0.01)).Should().Contain("the learning rate is 0.01, was 0.001");
        Differences(t => t.Schedule(LearningRateSchedule.Cosine())).Should().Contain("the schedule of the learning rate");
        Differences(t => t.Schedule(LearningRateSchedule.Constant.WithWarmUp(3))).Should().Contain("the schedule of the learning rate");
        Differences(t => t.ClipGradients(2)).Should().Contain("the largest norm of the gradient is 2");
        Differences(t => t.MicroBatches(2)).Should().Contain("the number of micro-batches is 2, was 1");
        using Encoder encoder = ToyTraining.Encoder();
        var heard = new RecordingLogger();
        using DimTrainer trainer = new DimTrainer(encoder, data).Local(new MineEstimator(), units: 8, locations: 4)
            .Prior(InfoMax.Priors.Prior.Uniform, 0.5)
            .BatchSize(8).Epochs(2).Seed(5).LearningRate(1e-3).Resume(_folder).LogTo(heard);
        trainer.Fit();
        heard.Entries.Single(e => e.Id == 15).Text.Should().Contain("the weight of \"prior\" is 0.5, was 0.1");
    }

    [Fact]
    public void Resume_WithFewerEpochsThanAreDone_SaysHowManyThereMustBe()
    {
        using Tensor data = ToyTraining.Data();
        Run(data, 3, t => t.Checkpoints(_folder));
        FluentActions.Invoking(() => Run(data, 1, t => t.Resume(_folder))).Should().Throw<CheckpointException>()
            .WithMessage("*has finished 3 epochs, and this run is to have 1: request at least 3 with Epochs(…)*");
    }

    private static (byte[] Encoder, byte[] Loss, TrainingResult Result) Run(Tensor data, int epochs, Func<DimTrainer, DimTrainer> change,
        int seed = 1)
    {
        using Encoder encoder = ToyTraining.Encoder(seed);
        using DimTrainer trainer = change(ToyTraining.Trainer(encoder, data, epochs));
        TrainingResult result = trainer.Fit();
        return (ToyTraining.Bits(encoder), ToyTraining.Bits(trainer.Loss!), result);
    }
}
