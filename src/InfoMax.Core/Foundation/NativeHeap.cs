using System.Runtime.InteropServices;

namespace InfoMax.Foundation;

/// <summary>The allocator of native memory: what it has handed out and what it holds. With glibc, every tensor on the CPU is in it to the
/// byte.</summary>
internal static partial class NativeHeap
{
    /// <summary>Bytes handed out and not given back; null where the C library does not tell.</summary>
    public static long? InUse() => Read() is { } usage ? (long)usage.InArenas + (long)usage.Mapped : null;

    /// <summary>Bytes that the heap has from the system, in use or free, without blocks that are mapped for themselves; null where the C
    /// library does not tell.</summary>
    public static long? Held() => Read() is { } usage ? (long)usage.Arena : null;

    /// <summary>Gives what is free back to the system, in the middle of the heap too. Only where <see cref="Held"/> tells.</summary>
    public static void Trim() => _ = MallocTrim(0);

    private static Usage? Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return MallInfo();
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial Usage MallInfo();

    /// <summary>The C struct <c>mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Usage
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint MappedChunks;
        public nuint Mapped;
        public nuint Unused;
        public nuint FreeFast;
        public nuint InArenas;
        public nuint Free;
        public nuint Top;
    }
}
