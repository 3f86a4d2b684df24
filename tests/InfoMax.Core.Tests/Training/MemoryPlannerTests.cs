using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Memory;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class MemoryPlannerTests : IDisposable
{
    private readonly Tensor _data = ToyTraining.Data();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void PlanMemory_AndFitWithALogger_ChangeNoBit()
    {
        byte[] Bits(bool plan, bool log)
        {
            manual_seed(8);
            // Its own generator has no seed, and draws one when it is used.
            using var encoder = new OccludingEncoder(ToyTraining.Bare(norm: true, dropout: 0.2), block: 3);
            using DimTrainer trainer = ToyTraining.Trainer(encoder, _data, 1);
            if (log)
            {
                trainer.LogTo(new RecordingLogger());
            }

            byte[] before = [.. ToyTraining.Bits(encoder), .. State()];
            if (plan)
            {
                trainer.PlanMemory().Total.Should().BePositive();
                trainer.PlanMemory();
                byte[] after = [.. ToyTraining.Bits(encoder), .. State()];
                after.Should().Equal(before);
                encoder.training.Should().BeTrue();
                encoder.parameters().Select(p => p.grad is null).Should().OnlyContain(without => without);
            }

            trainer.Fit();
            return [.. ToyTraining.Bits(encoder), .. ToyTraining.Bits(trainer.Loss!)];
        }

        static byte[] State()
        {
            using Tensor state = random.get_rng_state();
            return [.. state.bytes];
        }

        byte[] alone = Bits(false, false);
        Bits(true, false).Should().Equal(alone);
        Bits(false, true).Should().Equal(alone);
        Bits(true, true).Should().Equal(alone);
    }

    [Fact]
    public void PlanMemory_CountsWhatCanBeCounted()
    {
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, _data, 1).AverageWeights().Prefetch(1, ahead: 3)
            .Checkpoints(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));
        MemoryPlan plan = trainer.PlanMemory();
        long Of(string name) => plan.Parts.Single(p => p.Name == name).Bytes!.Value;
        long weights = 4 * encoder.parameters().Sum(p => p.numel());
        Of("encoder").Should().Be(weights + (4 * 12) + 8, "batch normalization of 6 channels counts its batches");
        Of("averaged weights").Should().Be(Of("encoder"));
        Of("gradients").Should().BeGreaterThan(weights).And.BeLessThanOrEqualTo(weights + Of("loss"));
        Of("optimizer").Should().Be(2 * Of("gradients"), "Adam keeps two moments");
        Of("data").Should().Be(36 * 64 * 4);
        Of("batches").Should().Be(4 * 8 * 64 * 4);
        // The map and its copy as a feature, of 6 x 4 x 4 numbers, and the code of 5, are the least.
        Of("activations").Should().BeGreaterThan(8 * ((2 * 96) + 5) * 4).And.BeLessThan(200_000);
        plan.Total.Should().Be(plan.Parts.Sum(p => p.Bytes ?? 0));
        plan.Needed.Should().Be(plan.Total - Of("encoder") - Of("data"));
        if (NativeHeap.InUse() is not null)
        {
            // All blocks are small: they come from the heap.
            long others = plan.Needed - Of("allocator");
            Of("allocator").Should().BeCloseTo((long)(1.02 * others), 8);
        }

        plan.Available.Should().BePositive();
        plan.Exceeds.Should().BeFalse();
        plan.Parts.Should().AllSatisfy(p => p.Reason.Should().NotBeEmpty());
        plan.ToString().Should().Contain("activations: what the encoder keeps of 8 examples").And.Contain("(allocated)");
    }

    [Theory]
    [InlineData("sgd", 0)]
    [InlineData("momentum", 1)]
    [InlineData("amsgrad", 3)]
    [InlineData("adamw", 2)]
    public void PlanMemory_OfAnotherOptimizer_KnowsWhatItKeeps(string name, int copies)
    {
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, _data, 1).Optimizer(p => name switch
        {
            "sgd" => optim.SGD(p, 0.1),
            "momentum" => optim.SGD(p, 0.1, momentum: 0.9),
            "amsgrad" => optim.Adam(p, amsgrad: true),
            _ => optim.AdamW(p),
        });
        MemoryPlan plan = trainer.PlanMemory();
        plan.Parts.Single(p => p.Name == "optimizer").Bytes.Should().Be(copies * plan.Parts.Single(p => p.Name == "gradients").Bytes);
    }

    [Fact]
    public void PlanMemory_Activations_GrowWithTheBatchAndShrinkWithParts()
    {
        using Tensor images = zeros([512, 3, 32, 32], dtype: ScalarType.Byte);
        using ConvEncoder encoder = ConvEncoder.For32x32(globalUnits: 64, seed: 1);
        long Of(string name, int batch, int parts, int? locations = null)
        {
            using DimTrainer trainer = new DimTrainer(encoder, images).Local(new InfoNceEstimator(), units: 64, locations: locations)
                .BatchSize(batch).MicroBatches(parts);
            MemoryPlan plan = trainer.PlanMemory();
            return plan.Parts.Single(p => p.Name == name).Bytes!.Value;
        }

        long whole = Of("activations", 256, 1);
        ((double)whole / Of("activations", 64, 1)).Should().BeInRange(2.5, 5, "what else the process does shows in so small a measurement");
        // What the first layer alone keeps: 64 channels of 16 x 16, before and after normalization and ReLU.
        whole.Should().BeGreaterThan(256L * 64 * 256 * 4 * 2);
        Of("activations", 256, 8).Should().BeLessThan(whole, "one part is kept, though also the output of all, in parts and joined");
        Of("loss activations", 256, 1, locations: 8).Should().BeLessThan(Of("loss activations", 256, 1) / 3);
    }

    [Fact]
    public void PlanMemory_QuadraticLoss_IsSeen()
    {
        using Encoder encoder = ToyTraining.Encoder();
        using Tensor many = _data.repeat(20, 1, 1, 1);
        long Of(int batch)
        {
            using DimTrainer trainer = new DimTrainer(encoder, many).Global(new InfoNceEstimator()).BatchSize(batch);
            return trainer.PlanMemory().Parts.Single(p => p.Name == "loss activations").Bytes!.Value;
        }

        ((double)Of(256) / Of(64)).Should().BeInRange(10, 18, "every pair of examples is concatenated");
    }

    [Fact]
    public void PlanMemory_ThatNeedsMoreThanThereIs_Warns()
    {
        var logger = new RecordingLogger();
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = new DimTrainer(encoder, new Endless()).Local(new InfoNceEstimator(), units: 8)
            .BatchSize(Endless.Examples).LogTo(logger);
        trainer.PlanMemory();
        trainer.Fit(new CancellationToken(canceled: true));
        logger.Ids.Should().Equal(11, 12, 1, 3);
        logger.Entries[1].Level.Should().Be(LogLevel.Warning);
        logger.Entries[1].Text.Should().Contain("GiB").And.Contain("activations").And.Contain("MicroBatches(2)");
    }

    [Fact]
    public void PlanMemory_LeavesNoTensorBehindAndRefusesFaultySettings()
    {
        using Encoder encoder = ToyTraining.Encoder();
        LiveTensors.ShouldNotGrow(2, () =>
        {
            using DimTrainer trainer = ToyTraining.Trainer(encoder, _data, 1).MicroBatches(2).AverageWeights();
            trainer.PlanMemory();
        });
        using DimTrainer faulty = ToyTraining.Trainer(encoder, _data, 0);
        FluentActions.Invoking(() => faulty.PlanMemory()).Should().Throw<ArgumentException>().WithMessage("*epochs must be at least 1*");
    }

    private sealed class Endless : IBatchSource
    {
        public const int Examples = 1_000_000_000;

        public int Count => Examples;

        public IReadOnlyList<long> ExampleShape => [1, 8, 8];

        public Tensor GetBatch(ReadOnlySpan<int> indices) =>
            arange(indices.Length * 64, dtype: ScalarType.Float32).reshape(-1, 1, 8, 8).sin();
    }
}
