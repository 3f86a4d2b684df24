using System.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>Counts the tensors alive on this thread.</summary>
public static class LiveTensors
{
    public static long Count => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <summary>Runs an action a few times to warm up, then asserts that it leaves as many tensors alive as it found.</summary>
    public static void ShouldNotGrow(int times, Action step)
    {
        for (int i = 0; i < 3; i++)
        {
            step();
        }

        long before = Count;
        for (int i = 0; i < times; i++)
        {
            step();
        }

        (Count - before).Should().Be(0, "each of {0} steps must dispose what it made", times);
    }

    /// <summary>Asserts that an action leaves as many tensors alive as it found, on all threads together.</summary>
    public static void ShouldLeaveNone(Action action) => Left(action).Should().Be(0, "everything made must be disposed");

    /// <summary>How many more tensors there are after an action than before, on all threads together.</summary>
    /// <remarks>
    /// The count of all threads also falls when the garbage collector finds a tensor that somebody before had left to it. So what there is
    /// of those is collected first, and no collection happens during the action:
    /// otherwise the count would depend on when one happens, and one could hide what the action leaks.
    /// </remarks>
    public static long Left(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.TryStartNoGCRegion(64 << 20);
        try
        {
            GC.WaitForPendingFinalizers(); // starting it collects too
            long before = Tensor.TotalCount;
            action();
            long after = Tensor.TotalCount;
            GCSettings.LatencyMode.Should().Be(GCLatencyMode.NoGCRegion, "an action that allocates more cannot be judged");
            return after - before;
        }
        finally
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
    }
}
