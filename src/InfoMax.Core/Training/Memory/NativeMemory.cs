using System.Globalization;
using System.Runtime.InteropServices;
using InfoMax.Foundation;

namespace InfoMax.Training.Memory;

/// <summary>Settings of the process for native memory that tensors have freed.</summary>
public static partial class NativeMemory
{
    private const int TopPad = -2;
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int MapMaximum = -4;
    private const int ReturnedFrom = 1 << 20;

    /// <summary>What glibc's own threshold grows to as blocks are freed. Smaller blocks come from its heap.</summary>
    private const long UsualThreshold = 32 << 20;

    private static long? _chosen;

    /// <summary>
    /// Size in bytes from which a block is mapped on its own and returned when freed. Smaller blocks come from a heap that fragments.
    /// </summary>
    internal static long MappedFrom => _chosen ?? (
        long.TryParse(
            Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_"), NumberStyles.None, CultureInfo.InvariantCulture, out long own)
            ? own : UsualThreshold);

    /// <summary>
    /// Asks the allocator of native memory to keep freed memory instead of returning it to the system. By default glibc returns every large
    /// block, and the next tensor faults its pages in again. Training steps on the CPU take 4 to 20 % less time with this call
    /// (docs/results/benchmarks.md). The process then holds its peak memory until it ends.
    /// </summary>
    /// <remarks>It applies to the whole process and cannot be undone. Call it once at the start, before the first tensor.</remarks>
    /// <returns>True if it took effect; false where the setting does not exist (Windows, macOS, Linux with another C library).</returns>
    public static bool KeepFreedPages() =>
        // No separate blocks for large requests, no trimming, growth in steps of 64 MiB.
        Choose(long.MaxValue, (MapMaximum, 0), (TrimThreshold, int.MaxValue), (TopPad, 64 << 20));

    /// <summary>
    /// Asks the allocator of native memory to return every block of 1 MiB or more to the system as soon as it is freed: for runs that
    /// barely fit in memory. By default glibc keeps blocks up to 32 MiB in a heap that fragments, and training on the CPU needs 1.1 to 1.8
    /// times the memory. With this call steps take up to 1.8 times as long, less with wide critics (docs/results/benchmarks.md).
    /// </summary>
    /// <remarks>
    /// It applies to the whole process and cannot be undone. Call it once at the start, before the first tensor, and not together with
    /// <see cref="KeepFreedPages"/>, which does the opposite.
    /// </remarks>
    /// <returns>True if it took effect; false where the setting does not exist (Windows, macOS, Linux with another C library).</returns>
    public static bool ReturnFreedBlocks() => Choose(ReturnedFrom, (MapThreshold, ReturnedFrom), (TrimThreshold, ReturnedFrom));

    /// <summary>
    /// Makes a guard for a training loop of your own on the CPU, which keeps the process from growing by the largest blocks of every step.
    /// <see cref="DimTrainer"/> and everything else that trains in this library has one.
    /// </summary>
    /// <remarks>
    /// Every tenth step it reads the resident memory. If that exceeds the level after ten steps by a quarter plus 128 MiB, it collects
    /// garbage, waits for finalizers and returns free memory to the system. docs/guides/training.md says why loops grow. It does nothing
    /// where the C library is not glibc. Use one guard for each loop, from one thread.
    /// </remarks>
    /// <returns>A function to call before each step, while the thread has no call into libtorch open.</returns>
    /// <example><code>
    /// Action guard = NativeMemory.StepGuard();
    /// foreach (Tensor batch in batches)
    /// {
    ///     guard();
    ///     using var scope = torch.NewDisposeScope();
    ///     …
    /// }
    /// </code></example>
    public static Action StepGuard() => new HeapGuard().Step;

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
