using TorchSharp;

namespace InfoMax.Core.Tests.Support;

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
}
