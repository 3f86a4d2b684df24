using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Randomness;

/// <summary>Initial weights, drawn from a stream of their own and never from the global generator.</summary>
internal static class Initialization
{
    /// <summary>
    /// Redraws all linear, convolution and transposed convolution layers under a module as PyTorch initializes them: weights and biases
    /// uniform in ±1/√fan-in.
    /// Layers are visited in the order of their names. Without a stream the layers stay as they are.
    /// </summary>
    public static void Reset(nn.Module module, RandomStream? stream)
    {
        if (stream is not { } drawn)
        {
            return;
        }

        using Generator generator = drawn.Generator();
        using var noGrad = no_grad();
        foreach ((Tensor weight, Tensor? bias) in Weights(module))
        {
            PyTorchDefault(weight, bias, generator);
        }
    }

    /// <summary>Weights and biases of all linear, convolution and transposed convolution layers at and under a module, in the order of
    /// their names.</summary>
    public static IEnumerable<(Tensor Weight, Tensor? Bias)> Weights(nn.Module module)
    {
        foreach ((string _, nn.Module child) in module.named_modules().Prepend((string.Empty, module)).DistinctBy(m => m.Item2)
            .OrderBy(m => m.Item1, StringComparer.Ordinal))
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
    /// Weight and bias uniform in ±1/√fan-in, as PyTorch draws them. Call under no_grad. Fan-in is what one index of the first dimension
    /// holds: for a transposed convolution, whose weight is
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

    /// <summary>Redraws a module's weights if there is a stream, and sets its last layer to zero, so that it starts as the constant
    /// 0.</summary>
    public static void ResetToZeroOutput(nn.Module module, Linear output, RandomStream? stream)
    {
        Reset(module, stream);
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
}
