using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using InfoMax.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class DimTrainerTests
{
    [Fact]
    public void Fit_WithAnEncoderThatGivesTwoRowsForEachExample_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var encoder = new Halving();
        using DimTrainer trainer = new DimTrainer(encoder, rand(16, 4, 8)).Local(new InfoNceEstimator(), units: 8).Epochs(1)
            .BatchSize(8).Seed(1);
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<InvalidOperationException>().WithMessage("*Halving*2 examples*got 4*");
    }

    [Fact]
    public void Fit_SameSeed_GivesTheSameBitsAndAnotherSeedOthers()
    {
        float[] first = Weights(seed: 3), second = Weights(seed: 3), third = Weights(seed: 4);
        first.Should().Equal(second);
        first.Should().NotEqual(third);

        static float[] Weights(int seed)
        {
            using var scope = NewDisposeScope();
            using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
            using DimTrainer trainer = Small(encoder).Seed(seed);
            trainer.Fit();
            return encoder.parameters().SelectMany(p =>
                p.detach().flatten().narrow(0, 0, Math.Min(50, p.numel())).data<float>().ToArray()).ToArray();
        }
    }

    [Fact]
    public void Fit_WithDefaults_UsesLocalInfoNceAndAUniformPrior()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        using Tensor data = Data(64);
        using DimTrainer trainer = new DimTrainer(encoder, data).Epochs(1);
        TrainingResult result = trainer.Fit();
        result.StopReason.Should().Be(StopReason.Completed);
        result.StepCount.Should().Be(1);
        result.Epochs.Single().Metrics.Keys.Should().BeEquivalentTo(
            "local.loss", "local.nats", "prior.loss", "prior.discriminator", "prior.accuracy", "prior.penalty", "total", "gradient_norm");
        trainer.Loss!.Objectives["prior"].Weight.Should().Be(0.1);
        trainer.Loss.state_dict()["local.critic.local.hidden.weight"].shape.Should().Equal(2048L, 128L);
        encoder.training.Should().BeFalse();
    }

    [Fact]
    public void Fit_OnStructuredData_LowersTheLoss()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        using DimTrainer trainer = Small(encoder).Epochs(6).LearningRate(1e-3);
        TrainingResult result = trainer.Fit();
        result.Epochs[^1].Metrics["local.loss"].Should().BeLessThan(result.Epochs[0].Metrics["local.loss"] - 0.3);
    }

    [Fact]
    public void Fit_Reports_EveryTermAndTheTimeLeft()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        var reports = new Collected();
        using DimTrainer trainer = Small(encoder).Epochs(2).ReportTo(reports, everySteps: 3);
        trainer.Fit();
        reports.All.Select(r => r.Step).Should().Equal(3L, 4L, 6L, 8L);
        TrainingProgress last = reports.All[^1];
        (last.Epoch, last.EpochCount, last.TotalSteps).Should().Be((2, 2, 8L));
        last.Remaining.Should().Be(TimeSpan.Zero);
        last.ExamplesPerSecond.Should().BePositive();
        last.Metrics.Should().ContainKeys("total", "local.loss", "local.nats", "prior.loss", "prior.accuracy");
        reports.All[0].Remaining.Should().BePositive();
    }

    [Fact]
    public void Fit_Canceled_ReturnsAUsableResultWithTheReason()
    {
        using var scope = NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        var reports = new Collected { Then = p => { if (p.Step == 6) { cancellation.Cancel(); } } };
        using DimTrainer trainer = Small(encoder).Epochs(50).ReportTo(reports, everySteps: 1);
        TrainingResult result = trainer.Fit(cancellation.Token);
        result.StopReason.Should().Be(StopReason.Canceled);
        result.StepCount.Should().Be(6);
        result.Epochs.Should().HaveCount(2);
        result.Epochs[1].StepCount.Should().Be(2);
        encoder.call(rand(1, 1, 28, 28)).Global.isfinite().all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Fit_CanceledBeforeTheStart_DoesNothing()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        using DimTrainer trainer = Small(encoder);
        TrainingResult result = trainer.Fit(new CancellationToken(canceled: true));
        (result.StopReason, result.StepCount, result.Epochs.Count).Should().Be((StopReason.Canceled, 0L, 0));
    }

    [Fact]
    public void Fit_FaultySettings_ReportsAllFaultsTogetherAndChangesNothing()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = ConvEncoder.For32x32(seed: 1);
        float before = encoder.parameters().First().sum().item<float>();
        using Tensor data = Data(10);
        using DimTrainer trainer = new DimTrainer(encoder, data).Epochs(0).BatchSize(1).LearningRate(-1)
            .Local(new InfoNceEstimator(), weight: double.NaN, units: 0, locations: 0);
        string message = FluentActions.Invoking(() => trainer.Fit()).Should().Throw<ArgumentException>().Which.Message;
        message.Should().ContainAll(
            "the batch size must be at least 2", "the number of epochs", "the learning rate", "weights must be finite", "sampled locations",
                "units of a critic",
            "takes examples [3, 32, 32], the data hold [1, 28, 28]");
        encoder.parameters().First().sum().item<float>().Should().Be(before);
        using DimTrainer tooFew = new DimTrainer(encoder, data).BatchSize(64);
        FluentActions.Invoking(() => tooFew.Fit()).Should().Throw<ArgumentException>().WithMessage("*at most the number of examples, 10*");
    }

    [Fact]
    public void Fit_UnavailableDevice_SaysSo()
    {
        if (cuda.is_available())
        {
            return;
        }

        using ConvEncoder encoder = ConvEncoder.For28x28(seed: 1);
        using DimTrainer trainer = Small(encoder).Device(new Device(DeviceType.CUDA, 0));
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<ArgumentException>().WithMessage("*cuda*not available*");
    }

    [Fact]
    public void Fit_SchedulerSteppedInACallback_HasNoEffectAndIsLogged()
    {
        using Tensor data = ToyTraining.Data();
        byte[] Run(bool scheduled, RecordingLogger logger)
        {
            using Encoder encoder = ToyTraining.Encoder();
            optim.lr_scheduler.LRScheduler? scheduler = null;
            using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2).Seed(5).LogTo(logger)
                .Optimizer(parameters =>
                {
                    optim.Optimizer adam = optim.Adam(parameters, 1e-3);
                    scheduler = scheduled ? optim.lr_scheduler.ExponentialLR(adam, 0.5) : null;
                    return adam;
                })
                .Callback(new Acting { Step = _ => scheduler?.step() });
            trainer.Fit();
            return ToyTraining.Bits(encoder);
        }

        RecordingLogger with = new(), without = new();
        Run(scheduled: true, with).Should().Equal(Run(scheduled: false, without));
        with.Entries.Where(e => e.Id == 16).Should().ContainSingle().Which.Text.Should().Contain("from 0.001 to 0.0005")
            .And.Contain("Schedule(…)");
        without.Ids.Should().NotContain(16);
    }

    [Fact]
    public void Fit_WithNoObjectives_IsTheDefaultDescription()
    {
        byte[] Run(Func<DimTrainer, DimTrainer> change)
        {
            using Tensor data = ToyTraining.Data();
            using Encoder encoder = ToyTraining.Encoder();
            using DimTrainer trainer = change(new DimTrainer(encoder, data).BatchSize(8).Epochs(1));
            trainer.Fit();
            return ToyTraining.Bits(encoder);
        }

        byte[] bare = Run(t => t);
        Run(t => t.Objectives(new InfoMax.Objectives.DimObjectives())).Should().Equal(bare);
        Run(t => t.Local(new InfoNceEstimator()).Prior(Prior.Uniform)).Should().Equal(bare);
    }

    [Fact]
    public void Verbs_AfterFit_AreRefused()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        using DimTrainer trainer = Small(encoder);
        trainer.Fit();
        FluentActions.Invoking(() => trainer.Epochs(3)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<InvalidOperationException>().WithMessage("*create a new one*");
    }

    [Fact]
    public void Fit_Finished_LeavesNoTensorBehind()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        using Tensor data = Data(32);
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using DimTrainer trainer = new DimTrainer(encoder, data)
                .Local(new InfoNceEstimator(), units: 8).Prior(Prior.Gaussian).BatchSize(8).Epochs(1).ReportTo(new Collected());
            trainer.Fit();
        });
    }

    private static DimTrainer Small(Encoder encoder) => new DimTrainer(encoder, Data(32))
        .Local(new InfoNceEstimator(), units: 16, locations: 8).Prior(Prior.Uniform, weight: 0.1).BatchSize(8).Epochs(1);

    /// <summary>Each image has one random gray level and faint noise: something that map and code share.</summary>
    private static Tensor Data(int count)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(9);
        Tensor levels = rand([count, 1, 1, 1], generator: generator).mul(2).sub(1);
        return scope.MoveToOuter(levels.add(randn([count, 1, 28, 28], generator: generator).mul(0.1)));
    }

    private sealed class Collected : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public Action<TrainingProgress>? Then { get; init; }

        public void Report(TrainingProgress value)
        {
            All.Add(value);
            Then?.Invoke(value);
        }
    }

    /// <summary>Takes both halves of an example as rows of their own.</summary>
    private sealed class Halving : Encoder
    {
        [TorchSharp.Utils.ComponentName(Name = "layer")]
        private readonly TorchSharp.Modules.Linear _layer = nn.Linear(4, 6);

        public Halving()
            : base(nameof(Halving)) => RegisterComponents();

        protected override EncoderOutput Encode(Tensor input)
        {
            Tensor rows = cat([input.narrow(2, 0, 4), input.narrow(2, 4, 4)]), local = _layer.call(rows.transpose(1, 2)).transpose(1, 2);
            return new EncoderOutput(new LocalFeatureMap(local), local.mean([2]));
        }
    }
}
