using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Memory;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class StepMeasurementTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    public void PlanMemory_ByTrials_ChangesNoBitAndAddsUp(int parts, bool optimizerBegins)
    {
        // What a GPU's allocator has: the most that the heap ever had. Other threads use the heap too, so only large numbers count.
        List<long> looks = [];
        long Taken()
        {
            looks.Add(Math.Max(looks.LastOrDefault(), NativeHeap.InUse() ?? 0));
            return looks[^1];
        }

        using Tensor images = randint(0, 256, [256, 3, 32, 32], dtype: ScalarType.Byte, generator: new Generator(1));
        byte[] Bits(bool plan)
        {
            manual_seed(8);
            using ConvEncoder encoder = ConvEncoder.For32x32(globalUnits: 64, seed: 1);
            using DimTrainer trainer = new DimTrainer(encoder, images).Local(new InfoNceEstimator(), units: 64).Global(new MineEstimator())
                .BatchSize(64).MicroBatches(parts).Epochs(1).Seed(3);
            if (optimizerBegins)
            {
                // What it keeps is made at its first step; Adam's is there from the beginning.
                trainer.Optimizer(p => optim.SGD(p, 1e-3, momentum: 0.9));
            }

            byte[] before = ToyTraining.Bits(encoder);
            if (plan)
            {
                MemoryPlan made = trainer.PlanMemory(Taken);
                long Of(string name) => made.Parts.Single(p => p.Name == name).Bytes!.Value;
                string[] tried = ["libraries", "activations", "loss activations", "gradients", "backward pass", "allocator",
                    .. optimizerBegins ? ["optimizer"] : Array.Empty<string>()];
                if (NativeHeap.InUse() is not null)
                {
                    tried.Sum(Of).Should().BeCloseTo(looks[^1] - looks[0], 8 << 20, "the parts are what there was at most, but for the " +
                        "batches of the trials");
                }

                Of("optimizer").Should().BePositive();
                made.Parts.Should().AllSatisfy(p => p.Bytes.Should().BeGreaterThanOrEqualTo(0))
                    .And.AllSatisfy(p => p.Reason.Should().NotBeEmpty());
                Of("batches").Should().Be(64 * 3 * 32 * 32 * 4);
                ToyTraining.Bits(encoder).Should().Equal(before);
                encoder.parameters().Select(p => p.grad is null).Should().OnlyContain(without => without);
            }

            trainer.Fit();
            return [.. ToyTraining.Bits(encoder), .. ToyTraining.Bits(trainer.Loss!)];
        }

        Bits(plan: true).Should().Equal(Bits(plan: false));
    }

    [Fact]
    public void PlanMemory_ByTrials_OfWhatMightNotFit_ScalesAnEighth()
    {
        List<int> batches = [];
        using Tensor images = zeros([64, 3, 32, 32], dtype: ScalarType.Byte);
        using var source = new Watched(images, batches);
        using ConvEncoder encoder = ConvEncoder.For32x32(globalUnits: 64, seed: 1);
        using DimTrainer trainer = new DimTrainer(encoder, source).Local(new InfoNceEstimator(), units: 64).BatchSize(64);
        // Each look says that another 2^36 bytes have gone.
        long looks = 0;
        MemoryPlan plan = trainer.PlanMemory(() => ++looks << 36);
        batches.Should().Equal([2, 4, 8], "two tell the shapes");
        plan.Exceeds.Should().BeTrue();
        plan.Parts.Single(p => p.Name == "activations")
            .Should().Match<MemoryPart>(p => p.Bytes == 8L << 36
                && p.Reason.Contains("measured on 8 examples and scaled, since the whole batch might not fit"));
        plan.Advice.Should().NotBeEmpty().And.NotContain(a => a.Contains("NativeMemory"), "glibc is not what allocates there");
    }

    private sealed class Watched(Tensor images, List<int> batches) : IBatchSource, IDisposable
    {
        private readonly InMemorySource _source = new(images);

        public int Count => _source.Count;

        public IReadOnlyList<long> ExampleShape => _source.ExampleShape;

        public Tensor GetBatch(ReadOnlySpan<int> indices)
        {
            batches.Add(indices.Length);
            return _source.GetBatch(indices);
        }

        public void Dispose() => _source.Dispose();
    }
}
