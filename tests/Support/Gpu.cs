using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>The device of the tests that need a GPU.</summary>
internal static class Gpu
{
    public static bool IsPlayedByCpu { get; } = Environment.GetEnvironmentVariable("INFOMAX_GPU") == "cpu";

    public static Device Device => IsPlayedByCpu ? CPU : CUDA;

    public static DeviceType Type => Device.type;

    /// <summary>Has convolutions and products in full float32 until disposed: by default cuDNN rounds the factors of convolutions to TF32,
    /// ten bits.</summary>
    public static IDisposable FullPrecision() => new WithoutTf32();

    private sealed class WithoutTf32 : IDisposable
    {
        private readonly bool _convolutions = backends.cudnn.allow_tf32;
        private readonly bool _products = backends.cuda.matmul.allow_tf32;

        public WithoutTf32() => (backends.cudnn.allow_tf32, backends.cuda.matmul.allow_tf32) = (false, false);

        public void Dispose() => (backends.cudnn.allow_tf32, backends.cuda.matmul.allow_tf32) = (_convolutions, _products);
    }
}
