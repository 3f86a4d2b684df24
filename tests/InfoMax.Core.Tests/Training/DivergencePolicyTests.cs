using InfoMax.Encoders;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class DivergencePolicyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Throw_SavesTheBatch()
    {
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer =
            Poisoned.Trainer(encoder, new Poisoned(at: [5])).OnDivergence(DivergencePolicy.Throw(Path.Combine(_folder, "bad")));
        TrainingDivergedException fault = FluentActions.Invoking(() => trainer.Fit()).Should().Throw<TrainingDivergedException>().Which;
        (fault.Step, fault.Epoch).Should().Be((6L, 2));
        fault.Message.Should().Contain(fault.BatchPath);
        using SafetensorsFile file = SafetensorsFile.Open(fault.BatchPath!);
        using Tensor batch = file.Load("batch"), examples = file.Load("examples");
        batch.isnan().any().item<bool>().Should().BeTrue();
        (batch.shape[0], examples.shape[0]).Should().Be((8L, 8L));
        file.Metadata["step"].Should().Be("6");
    }

    [Fact]
    public void Skip_LeavesTheBatchOutAndTheRunningStatisticsClean()
    {
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = Poisoned.Trainer(encoder, new Poisoned(at: [2, 3, 9])).OnDivergence(DivergencePolicy.Skip(2));
        TrainingResult result = trainer.Fit();
        (result.StopReason, result.StepCount, result.SkippedCount).Should().Be((StopReason.Completed, 12L, 3));
        result.Epochs.Select(e => e.StepCount).Should().Equal(2, 4, 3);
        encoder.state_dict().Values.Should().OnlyContain(v => v.isfinite().all().item<bool>());
        result.Epochs.SelectMany(e => e.Metrics.Values).Should().OnlyContain(v => double.IsFinite(v));
    }

    [Fact]
    public void Skip_TooManyInSuccession_Ends()
    {
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = Poisoned.Trainer(encoder, new Poisoned(at: [2, 3, 4, 5])).OnDivergence(DivergencePolicy.Skip(3));
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<TrainingDivergedException>().Which.Step.Should().Be(6);
    }

    [Fact]
    public void ReturnToCheckpoint_GoesOnWithALowerRateUntilItHasHappenedTooOften()
    {
        using Encoder encoder = ToyTraining.Encoder();
        // The third fetch after a return is good again: as if the rate had been the cause.
        using DimTrainer trainer = Poisoned.Trainer(encoder, new Poisoned(at: [6, 9]))
            .Checkpoints(_folder).OnDivergence(DivergencePolicy.ReturnToCheckpoint(2, 0.5)).LearningRate(0.01);
        TrainingResult result = trainer.Fit();
        (result.StopReason, result.StepCount).Should().Be((StopReason.Completed, 12L));
        result.Epochs.Select(e => e.StepCount).Should().Equal(4, 4, 4);
        Checkpoint.Open(_folder).Manifest.RateFactor.Should().Be(0.25);

        string other = Path.Combine(_folder, "other");
        using Encoder second = ToyTraining.Encoder();
        using DimTrainer always = Poisoned.Trainer(second, new Poisoned(at: [.. Enumerable.Range(6, 50)]))
            .Checkpoints(other).OnDivergence(DivergencePolicy.ReturnToCheckpoint(2));
        FluentActions.Invoking(() => always.Fit()).Should().Throw<TrainingDivergedException>();
        using DimTrainer without = Poisoned.Trainer(second, new Poisoned(at: [])).OnDivergence(DivergencePolicy.ReturnToCheckpoint());
        FluentActions.Invoking(() => without.Fit()).Should()
            .Throw<ArgumentException>().WithMessage("*needs checkpoints: call Checkpoints*");
    }

    [Fact]
    public void Gradient_NotFiniteWhereTheLossIs_IsSeenBeforeTheStep()
    {
        using Encoder encoder = ToyTraining.Encoder();
        byte[] before = ToyTraining.Bits(encoder);
        using Tensor data = ToyTraining.Data();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).Add((_, _) => new SteepAtZero());
        TrainingDivergedException fault = FluentActions.Invoking(() => trainer.Fit()).Should()
            .Throw<TrainingDivergedException>().WithMessage("The norm of the gradient became NaN at step 1*").Which;
        fault.Term.Should().Be("gradient_norm");
        encoder.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>());
        before.Should().NotBeEmpty();
    }

    [Fact]
    public void Policies_OutOfRange_AreRefused()
    {
        FluentActions.Invoking(() => DivergencePolicy.Skip(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => DivergencePolicy.ReturnToCheckpoint(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => DivergencePolicy.ReturnToCheckpoint(1, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => DivergenceAnswer.Return(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    /// <summary>√|x·0|: finite, with a gradient of 0/0.</summary>
    private sealed class SteepAtZero() : InfoMax.Objectives.Objective("steep")
    {
        protected override InfoMax.Objectives.ObjectiveResult Evaluate(EncoderOutput output) => new((output.Global * 0).sqrt().sum());
    }
}
