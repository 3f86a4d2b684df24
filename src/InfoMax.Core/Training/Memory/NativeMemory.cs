using System.Globalization;
using System.Runtime.InteropServices;
using InfoMax.Foundation;

namespace InfoMax.Training.Memory;

/// <summary>How the process treats the memory that tensors leave behind.</summary>
public static partial class NativeMemory
{
    private const int TopPad = -2;
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int MapMaximum = -4;
    private const int ReturnedFrom = 1 << 20;

    /// <summary>What glibc's own threshold grows to, as blocks are freed: below, blocks come from its heap.</summary>
    private const long UsualThreshold = 32 << 20;

    private static long? _chosen;

    /// <summary>From how many bytes on a block is mapped for itself, and given back when it is freed. What is smaller comes from a heap that grows and stays in pieces.</summary>
    internal static long MappedFrom => _chosen
        ?? (long.TryParse(Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_"), NumberStyles.None, CultureInfo.InvariantCulture, out long own) ? own : UsualThreshold);

    /// <summary>
    /// Asks the allocator of native memory to keep what is freed instead of giving it back to the system. By default glibc gives every large block back and the next
    /// tensor faults its pages in anew: without that, training steps on the CPU were measured to take 4 to 20 % less time (docs/benchmarks.md). The process
    /// then holds on to the most memory it ever needed.
    /// </summary>
    /// <remarks>It holds for the whole process and cannot be undone. Call it once at the start, before the first tensor.</remarks>
    /// <returns>True if it took effect; false where the setting does not exist (Windows, macOS, Linux with another C library).</returns>
    public static bool KeepFreedPages() =>
        // No blocks of their own for large requests, no trimming, growth in steps of 64 MiB.
        Choose(long.MaxValue, (MapMaximum, 0), (TrimThreshold, int.MaxValue), (TopPad, 64 << 20));

    /// <summary>
    /// Asks the allocator of native memory to give every block of 1 MiB or more back to the system as soon as it is freed: for runs that just don't fit. By default glibc keeps blocks up to 32 MiB in
    /// a heap that stays in pieces, and training on the CPU was measured to need 1.1 to 1.8 times the memory; with blocks given back steps take up to 1.8 times as long, the less so the wider the critics (docs/benchmarks.md).
    /// </summary>
    /// <remarks>It holds for the whole process and cannot be undone. Call it once at the start, before the first tensor, and not together with <see cref="KeepFreedPages"/>, its opposite.</remarks>
    /// <returns>True if it took effect; false where the setting does not exist (Windows, macOS, Linux with another C library).</returns>
    public static bool ReturnFreedBlocks() => Choose(ReturnedFrom, (MapThreshold, ReturnedFrom), (TrimThreshold, ReturnedFrom));

    private static bool Choose(long mappedFrom, params (int Parameter, int Value)[] settings)
    {
        NativeBackend.EnsureLoadable();
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            if (!settings.All(s => Mallopt(s.Parameter, s.Value) == 1))
            {
                return false;
            }

            _chosen = mappedFrom;
            return true;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
