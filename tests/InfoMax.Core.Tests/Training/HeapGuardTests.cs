using InfoMax.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

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
        var guard = new HeapGuard();
        guard.Step();
        long before = NativeHeap.Held()!.Value;
        Scatter();
        long scattered = Environment.WorkingSet;
        NativeHeap.Held().Should().BeGreaterThan(before + (before / 4) + (200L << 20));
        for (int step = 0; step < 20; step++)
        {
            guard.Step();
        }

        guard.Collections.Should().Be(1);
        Environment.WorkingSet.Should().BeLessThan(scattered - (400L << 20));
    }

    [Fact]
    public void Step_HeapThatIsInUse_IsCollectedOnceAtMost()
    {
        using var scope = NewDisposeScope();
        var guard = new HeapGuard();
        guard.Step();
        for (int i = 0; i < 600; i++)
        {
            empty(1 << 20, ScalarType.Byte);
        }

        for (int step = 0; step < 100; step++)
        {
            guard.Step();
        }

        guard.Collections.Should().BeLessThanOrEqualTo(1);
    }

    /// <summary>600 MiB in blocks of one, each followed by a number that waits for the collector.</summary>
    private static void Scatter()
    {
        using var scope = NewDisposeScope();
        for (int i = 0; i < 600; i++)
        {
            ones(1 << 20, ScalarType.Byte);
            _ = (Scalar)(double)i;
        }
    }
}
