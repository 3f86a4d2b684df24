using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>A test that needs a GPU and TorchSharp's CUDA backend; skipped without. See docs/guides/gpu.md.</summary>
/// <remarks>With the environment variable INFOMAX_GPU=cpu it runs on the CPU in place of the GPU, which shows that the test itself is
/// right.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute()
    {
        if (!Gpu.IsPlayedByCpu && !cuda.is_available())
        {
            Skip = "Needs a GPU and TorchSharp's CUDA backend: see docs/guides/gpu.md.";
        }
    }
}
