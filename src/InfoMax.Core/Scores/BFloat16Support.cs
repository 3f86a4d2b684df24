using System.Runtime.Intrinsics.X86;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>Whether bfloat16 products are faster than float32 ones.</summary>
internal static class BFloat16Support
{
    /// <summary>Whether the device has instructions for bfloat16 products.</summary>
    /// <param name="device">The device.</param>
    /// <returns>
    /// On the CPU, whether AVX512-BF16 or AMX-BF16 is there; on CUDA true, which holds from compute capability 8.0 on and is not checked;
    /// elsewhere false.
    /// </returns>
    public static bool IsFast(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        NativeBackend.EnsureLoadable();
        return device.type switch
        {
            TorchSharp.DeviceType.CPU => ProcessorHasInstructions(),
            TorchSharp.DeviceType.CUDA => true,
            _ => false,
        };
    }

    private static bool ProcessorHasInstructions()
    {
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
        {
            return false;
        }

        const int Avx512BFloat16 = 1 << 5, AmxBFloat16 = 1 << 22;
        (int subleaves, _, _, int features) = X86Base.CpuId(7, 0);
        return (features & AmxBFloat16) != 0 || (subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & Avx512BFloat16) != 0);
    }
}
