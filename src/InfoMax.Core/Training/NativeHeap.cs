using System.Runtime.InteropServices;

namespace InfoMax.Training;

/// <summary>What the allocator of native memory has handed out: with glibc, every tensor on the CPU is in it to the byte.</summary>
internal static partial class NativeHeap
{
    /// <summary>Bytes handed out and not given back; null where the C library does not tell.</summary>
    public static long? InUse()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            Usage usage = MallInfo();
            return (long)usage.InArenas + (long)usage.Mapped;
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
