using System.Runtime.InteropServices;

namespace InfoMax.Training;

/// <summary>How the process treats the memory that tensors leave behind.</summary>
public static partial class NativeMemory
{
    private const int TopPad = -2;
    private const int TrimThreshold = -1;
    private const int MapMaximum = -4;

    /// <summary>
    /// Asks the allocator of native memory to keep what is freed instead of giving it back to the system. By default glibc gives every large block back and the next
    /// tensor faults its pages in anew: without that, training steps on the CPU were measured to take 4 to 20 % less time (docs/benchmarks.md). The process
    /// then holds on to the most memory it ever needed.
    /// </summary>
    /// <remarks>It holds for the whole process and cannot be undone. Call it once at the start, before the first tensor.</remarks>
    /// <returns>True if it took effect; false where the setting does not exist (Windows, macOS, Linux with another C library).</returns>
    public static bool KeepFreedPages()
    {
        Numerics.NativeBackend.EnsureLoadable();
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // No blocks of their own for large requests, no trimming, growth in steps of 64 MiB.
            return Mallopt(MapMaximum, 0) == 1 && Mallopt(TrimThreshold, int.MaxValue) == 1 && Mallopt(TopPad, 64 << 20) == 1;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
