using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Foundation;

/// <summary>Seeds and initial weights, drawn from generators of our own: the global generator is read by nobody here.</summary>
internal static class Initialization
{
    /// <summary>A CPU generator for one purpose, so that drawing more for one leaves the others as they were.</summary>
    public static Generator Generator(int seed, int purpose) => new(Mix(((ulong)(uint)seed << 32) + (uint)purpose) & long.MaxValue);

    /// <summary>A CPU generator for one draw of many for a purpose, such as one batch of a run.</summary>
    /// <remarks>
    /// The generator of libtorch takes 32 bits of its seed. They are a permutation of the number of the draw that hangs on seed and purpose: no two of the first 2³² draws share a stream, and the streams of
    /// two seeds do not follow one another.
    /// </remarks>
    public static Generator Generator(int seed, int purpose, long draw)
    {
        ulong key = Mix(((ulong)(uint)seed << 32) + (uint)purpose + ((ulong)(draw >>> 32) * 0xD1B54A32D192ED03UL));
        return new Generator(Permute(Permute((uint)draw ^ (uint)key) + (uint)(key >> 32)));
    }

    /// <summary>A seed derived from another for one purpose.</summary>
    public static int Derive(int seed, int purpose)
    {
        using Generator generator = Generator(seed, purpose);
        using var scope = NewDisposeScope();
        return (int)randint(0, int.MaxValue, [1], generator: generator).item<long>();
    }

    /// <summary>The same, or none of none.</summary>
    public static int? Derive(int? seed, int purpose) => seed is { } value ? Derive(value, purpose) : null;

    /// <summary>A seed drawn from TorchSharp's global generator, for objects that were given none.</summary>
    public static int GlobalSeed()
    {
        using var scope = NewDisposeScope();
        return (int)randint(0, int.MaxValue, [1]).item<long>();
    }

    /// <summary>
    /// Redraws all linear, convolution and transposed convolution layers under a module as PyTorch initializes them: weights and biases uniform in ±1/√fan-in.
    /// Layers are visited in the order of their names.
    /// </summary>
    public static void Reset(nn.Module module, int seed)
    {
        using Generator generator = Generator(seed, purpose: 0);
        using var noGrad = no_grad();
        foreach ((Tensor weight, Tensor? bias) in Weights(module))
        {
            PyTorchDefault(weight, bias, generator);
        }
    }

    /// <summary>Weights and biases of all linear, convolution and transposed convolution layers at and under a module, in the order of their names.</summary>
    public static IEnumerable<(Tensor Weight, Tensor? Bias)> Weights(nn.Module module)
    {
        foreach ((string _, nn.Module child) in module.named_modules().Prepend((string.Empty, module)).DistinctBy(m => m.Item2).OrderBy(m => m.Item1, StringComparer.Ordinal))
        {
            (Tensor? weight, Tensor? bias) = child switch
            {
                Linear linear => (linear.weight, linear.bias),
                Conv1d conv => (conv.weight, conv.bias),
                Conv2d conv => (conv.weight, conv.bias),
                Conv3d conv => (conv.weight, conv.bias),
                ConvTranspose1d conv => (conv.weight, conv.bias),
                ConvTranspose2d conv => (conv.weight, conv.bias),
                ConvTranspose3d conv => (conv.weight, conv.bias),
                _ => (null, null),
            };
            if (weight is not null)
            {
                yield return (weight, bias);
            }
        }
    }

    /// <summary>
    /// Weight and bias uniform in ±1/√fan-in, as PyTorch draws them. Call under no_grad. Fan-in is what one index of the first dimension holds: for a transposed convolution, whose weight is
    /// <c>[in, out, *kernel]</c>, PyTorch takes the same.
    /// </summary>
    public static void PyTorchDefault(Tensor weight, Tensor? bias, Generator generator)
    {
        Uniform(weight, 1.0 / Math.Sqrt(weight.numel() / weight.shape[0]), generator);
        PyTorchBias(weight, bias, generator);
    }

    /// <summary>The bias alone, if there is one, uniform in ±1/√fan-in. Call under no_grad.</summary>
    public static void PyTorchBias(Tensor weight, Tensor? bias, Generator generator)
    {
        if (bias is not null)
        {
            Uniform(bias, 1.0 / Math.Sqrt(weight.numel() / weight.shape[0]), generator);
        }
    }

    /// <summary>Redraws a module's weights if there is a seed, and sets its last layer to zero, so that it starts as the constant 0.</summary>
    public static void ResetToZeroOutput(nn.Module module, Linear output, int? seed)
    {
        if (seed is { } value)
        {
            Reset(module, value);
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        output.weight!.zero_();
        output.bias!.zero_();
    }

    /// <summary>Fills a tensor with values uniform in [−bound, bound] drawn on the CPU.</summary>
    public static void Uniform(Tensor target, double bound, Generator generator)
    {
        using var scope = NewDisposeScope();
        // TorchSharp lets go of a number that it has converted while native code still reads it; these are held until then.
        using Scalar width = (2.0 * bound).ToScalar(), half = bound.ToScalar();
        target.copy_(rand(target.shape, generator: generator).mul_(width).sub_(half));
    }

    /// <summary>Fills a tensor with values from N(0, deviation²) drawn on the CPU.</summary>
    public static void Normal(Tensor target, double deviation, Generator generator)
    {
        using var scope = NewDisposeScope();
        using Scalar factor = deviation.ToScalar();
        target.copy_(randn(target.shape, generator: generator).mul_(factor));
    }

    /// <summary>One step of SplitMix64: neighboring states give unrelated numbers.</summary>
    private static ulong Mix(ulong state)
    {
        ulong z = state + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A permutation of 32 bits in which every bit of the result hangs on every bit (the finish of MurmurHash3).</summary>
    private static uint Permute(uint bits)
    {
        bits = (bits ^ (bits >> 16)) * 0x85EBCA6BU;
        bits = (bits ^ (bits >> 13)) * 0xC2B2AE35U;
        return bits ^ (bits >> 16);
    }
}
