using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>How much memory a process can still get.</summary>
internal static class AvailableMemory
{
    private static readonly string[] ContainerLimits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <summary>The bytes for tensors on a device, and where the number comes from; null if it is not known.</summary>
    public static (long? Bytes, string Reason) For(Device device)
    {
        if (device.type == DeviceType.CUDA && CudaMemory.Of(device.index) is { } gpu)
        {
            return (gpu.Free, $"free on {device} by its driver, of {MemoryPlan.Size(gpu.Total)}; libtorch may hold more");
        }

        if (device.type != DeviceType.CPU)
        {
            return (null, $"memory on {device} is unknown");
        }

        long own = Environment.WorkingSet, limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        (long Bytes, string Reason) best = (
            Math.Max(0, limit - Math.Max(own, GC.GetGCMemoryInfo().MemoryLoadBytes)), "the runtime's limit for this process less memory " +
                "in use");
        if (!OperatingSystem.IsLinux())
        {
            return best;
        }

        // The runtime takes only a share of a container's memory as its own.
        bool known = false;
        foreach (string file in ContainerLimits)
        {
            if (Read(file) is { } container && container < 1L << 50)
            {
                (best, known) = ((Math.Max(0, container - own), "the limit of the container less the memory of this process"), true);
                break;
            }
        }

        return MemAvailable() is { } free && (!known || free < best.Bytes) ? (free, "MemAvailable of /proc/meminfo") : best;
    }

    private static long? MemAvailable()
    {
        try
        {
            string? line = File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
            string? number = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            return long.TryParse(number, CultureInfo.InvariantCulture, out long kibibytes) ? kibibytes * 1024 : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Read(string file)
    {
        try
        {
            return File.Exists(file) && long.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out long bytes)
                ? bytes : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
