using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>The memory of a GPU as NVIDIA's driver reports it; TorchSharp does not.</summary>
internal static partial class CudaMemory
{
    /// <summary>Free and total bytes of a GPU; null without such a driver, or if it fails.</summary>
    /// <param name="index">The GPU's number; below 0 for the first.</param>
    public static (long Free, long Total)? Of(int index)
    {
        try
        {
            if (Initialize(0) != 0 || GetDevice(out int device, Math.Max(0, index)) != 0 || RetainContext(out nint context, device) != 0)
            {
                return null;
            }

            try
            {
                // libtorch uses the same context; this thread has it for the query only.
                if (PushContext(context) != 0)
                {
                    return null;
                }

                int result = GetInfo(out nuint free, out nuint total);
                _ = PopContext(out _);
                return result == 0 ? ((long)free, (long)total) : null;
            }
            finally
            {
                _ = ReleaseContext(device);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Makes a function that reads the memory of a GPU that all processes have taken; libtorch returns none. Null for another device, or if
    /// the driver fails.
    /// </summary>
    public static Func<long>? Taken(Device device) => device.type == DeviceType.CUDA && Of(device.index) is not null
        ? () => Of(device.index) is { } memory ? memory.Total - memory.Free : 0
        : null;

    /// <summary>The driver's library on Linux; on Windows it is nvcuda.dll.</summary>
    private const string Driver = "libcuda.so.1";

    static CudaMemory() => NativeLibrary.SetDllImportResolver(
        typeof(CudaMemory).Assembly,
        (name, assembly, path) => name == Driver && OperatingSystem.IsWindows()
            && NativeLibrary.TryLoad("nvcuda.dll", assembly, path, out nint handle) ? handle : 0);

    [LibraryImport(Driver, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGet")]
    private static partial int GetDevice(out int device, int ordinal);

    [LibraryImport(Driver, EntryPoint = "cuDevicePrimaryCtxRetain")]
    private static partial int RetainContext(out nint context, int device);

    [LibraryImport(Driver, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    private static partial int ReleaseContext(int device);

    [LibraryImport(Driver, EntryPoint = "cuCtxPushCurrent_v2")]
    private static partial int PushContext(nint context);

    [LibraryImport(Driver, EntryPoint = "cuCtxPopCurrent_v2")]
    private static partial int PopContext(out nint context);

    [LibraryImport(Driver, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int GetInfo(out nuint free, out nuint total);
}
