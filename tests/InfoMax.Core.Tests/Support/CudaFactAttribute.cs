using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Support;

/// <summary>A test that needs a GPU and TorchSharp's CUDA backend; skipped without. See docs/gpu.md.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute()
    {
        if (!cuda.is_available())
        {
            Skip = "Needs a GPU and TorchSharp's CUDA backend: see docs/gpu.md.";
        }
    }
}
