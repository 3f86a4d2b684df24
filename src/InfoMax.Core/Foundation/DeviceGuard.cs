using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Foundation;

/// <summary>Checks of devices that somebody asks for, before anything is done.</summary>
internal static class DeviceGuard
{
    /// <summary>What is wrong with a device, in words; null if nothing is.</summary>
    public static string? Fault(Device? device)
    {
        if (device is null || device.type != DeviceType.CUDA)
        {
            return null;
        }

        if (!cuda.is_available())
        {
            return $"the device {device} is not available: TorchSharp finds no CUDA device, which needs a CUDA package in the " +
                $"application and a driver";
        }

        // Without a number it is the current one.
        int count = cuda.device_count();
        return device.index < count ? null : $"the device {device} is not available: there are {count} CUDA devices, counted from 0";
    }

    /// <summary>The device, the CPU for null.</summary>
    /// <exception cref="ArgumentException">It is not available.</exception>
    public static Device Available(Device? device, string name) =>
        Fault(device) is { } fault ? throw new ArgumentException($"Expected a device that there is: {fault}.", name) : device ?? CPU;
}
