using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>The device that is measured.</summary>
internal static class Target
{
    /// <summary>The CPU unless the command line begins with "cuda".</summary>
    public static Device Device { get; set; } = CPU;

    public static bool IsCuda => Device.type == DeviceType.CUDA;

    /// <summary>Arguments with which another process of this program measures the same device.</summary>
    public static string[] Arguments => IsCuda ? ["cuda"] : [];

    /// <summary>Waits until the device has done what it was given.</summary>
    public static void Settle()
    {
        if (IsCuda)
        {
            cuda.synchronize();
        }
    }

    /// <summary>Milliseconds of an action, from an idle device to an idle device.</summary>
    public static double Time(Action action)
    {
        Settle();
        long start = Stopwatch.GetTimestamp();
        action();
        Settle();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>MiB of GPU memory in use by all processes; libtorch gives nothing back, so a difference is a peak.</summary>
    public static long UsedMebibytes()
    {
        using Process process = Process.Start(new ProcessStartInfo("nvidia-smi",
            ["--query-gpu=memory.used", "--format=csv,noheader,nounits"])
        { RedirectStandardOutput = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return long.Parse(text.Split('\n')[0], CultureInfo.InvariantCulture);
    }
}
