using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Tests.Support;
using InfoMax.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Memory.Tests;

public sealed class HeapGuardTests
{
    [Fact]
    public void Step_HeapThatNumbersHoldApart_GivesItBack()
    {
        if (NativeHeap.Held() is null)
        {
            return;
        }

        // What was freed once sets from which size on glibc maps blocks for themselves: from here on, megabytes come from the heap.
        empty(16 << 20, ScalarType.Byte).Dispose();
        HeapGuard guard = Settled();
        Scatter(until: (long)(1.25 * Environment.WorkingSet) + (200L << 20));
        long scattered = Environment.WorkingSet;
        for (int step = 0; step < 20; step++)
        {
            guard.Step();
        }

        guard.Collections.Should().Be(1);
        Environment.WorkingSet.Should().BeLessThan(scattered - (200L << 20));
    }

    [Fact]
    public void Step_HeapThatIsInUse_IsCollectedOnceAtMost()
    {
        using var scope = NewDisposeScope();
        HeapGuard guard = Settled();
        for (int i = 0; i < 600; i++)
        {
            ones(1 << 20, ScalarType.Byte);
        }

        for (int step = 0; step < 100; step++)
        {
            guard.Step();
        }

        guard.Collections.Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Step_OfALoopOfOnesOwn_GivesItBack()
    {
        if (NativeHeap.Held() is null)
        {
            return;
        }

        empty(16 << 20, ScalarType.Byte).Dispose();
        var watch = new HeapGuard();
        long scattered = 0;
        for (int step = 1; step <= 31; step++)
        {
            watch.Step();
            if (step == 15)
            {
                Scatter(until: (long)(1.25 * Environment.WorkingSet) + (200L << 20));
                scattered = Environment.WorkingSet;
            }
        }

        watch.Collections.Should().Be(1);
        Environment.WorkingSet.Should().BeLessThan(scattered - (200L << 20));
    }

    [Fact]
    public void Fit_HeapScatteredByACallback_GivesItBack()
    {
        if (NativeHeap.Held() is null)
        {
            return;
        }

        empty(16 << 20, ScalarType.Byte).Dispose();
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        var scattering = new Scattering();
        using DimTrainer trainer = new DimTrainer(encoder, data).Local(new InfoNceEstimator(), units: 8).BatchSize(4).Epochs(4).Seed(1)
            .Callback(scattering);
        trainer.Fit().StepCount.Should().BeGreaterThan(30);
        scattering.Resident.Should().BePositive();
        Environment.WorkingSet.Should().BeLessThan(scattering.Resident - (200L << 20));
    }

    private static HeapGuard Settled()
    {
        var guard = new HeapGuard();
        for (int step = 0; step < 11; step++)
        {
            guard.Step();
        }

        return guard;
    }

    /// <summary>Fills the heap with blocks of half a megabyte, each followed by a number that waits for the collector, until the process
    /// has grown to some size; then frees the blocks.</summary>
    private static void Scatter(long until)
    {
        using var scope = NewDisposeScope();
        for (int i = 0; i < 20_000 && Environment.WorkingSet < until; i++)
        {
            ones(1 << 19, ScalarType.Byte);
            _ = (Scalar)(double)i;
        }

        Environment.WorkingSet.Should().BeGreaterThanOrEqualTo(until);
    }

    private sealed class Scattering : TrainingCallback
    {
        public long Resident { get; private set; }

        public override void OnStep(StepContext context)
        {
            if (context.Run.Step == 15)
            {
                Scatter(until: (long)(1.25 * Environment.WorkingSet) + (250L << 20));
                Resident = Environment.WorkingSet;
            }
        }
    }
}
