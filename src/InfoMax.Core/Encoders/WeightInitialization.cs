using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Initialization of the weights of convolutions and linear layers. Extension point: derive and override <see cref="Fill"/>.
/// </summary>
/// <remarks>
/// Batch normalization always starts as the identity (weight 1, bias 0). So does group normalization in a network with a rule of its own;
/// see <see cref="Layer.Of"/>.
/// </remarks>
public abstract class WeightInitialization
{
    /// <summary>PyTorch's default: weights and biases uniform in ±1/√fan-in.</summary>
    public static WeightInitialization PyTorch { get; } = new PyTorchInitialization();

    /// <summary>
    /// Kaiming initialization for ReLU, as in torchvision's residual networks. Weights of convolutions from N(0, 2/fan-out), where fan-out
    /// is output channels times kernel size (input channels for a transposed convolution, as in PyTorch); biases and linear layers as
    /// <see cref="PyTorch"/>.
    /// </summary>
    public static WeightInitialization KaimingFanOut { get; } = new KaimingFanOutInitialization();

    /// <summary>Weights from N(0, deviation²); biases as <see cref="PyTorch"/>.</summary>
    /// <param name="deviation">
    /// Standard deviation, positive and finite; default 0.02, as in the AlexNet-like networks of the paper's code.
    /// </param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is not positive and finite.</exception>
    public static WeightInitialization Normal(double deviation = 0.02) => double.IsFinite(deviation) && deviation > 0
        ? new NormalInitialization(deviation)
        : throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "Expected a positive, finite number.");

    /// <summary>Overwrites the weights of one layer in place. Called with gradients off.</summary>
    /// <param name="weight">
    /// Weight <c>[out, in]</c> of a linear layer or <c>[out, in, *kernel]</c> of a convolution (<c>[in, out, *kernel]</c> of a transposed
    /// one), on the CPU.
    /// </param>
    /// <param name="bias">Bias <c>[out]</c>; null if the layer has none.</param>
    /// <param name="generator">Source of all random numbers.</param>
    public abstract void Fill(Tensor weight, Tensor? bias, Generator generator);

    private sealed class PyTorchInitialization : WeightInitialization
    {
        public override void Fill(Tensor weight, Tensor? bias, Generator generator) =>
            Initialization.PyTorchDefault(weight, bias, generator);

        public override string ToString() => "PyTorch's default";
    }

    private sealed class NormalInitialization(double deviation) : WeightInitialization
    {
        public override void Fill(Tensor weight, Tensor? bias, Generator generator)
        {
            Initialization.Normal(weight, deviation, generator);
            Initialization.PyTorchBias(weight, bias, generator);
        }

        public override string ToString() => FormattableString.Invariant($"normal, deviation {deviation}");
    }

    private sealed class KaimingFanOutInitialization : WeightInitialization
    {
        public override void Fill(Tensor weight, Tensor? bias, Generator generator)
        {
            if (weight.dim() <= 2)
            {
                PyTorch.Fill(weight, bias, generator);
                return;
            }

            Initialization.Normal(weight, Math.Sqrt(2.0 * weight.shape[1] / weight.numel()), generator);
            Initialization.PyTorchBias(weight, bias, generator);
        }

        public override string ToString() => "Kaiming, fan-out";
    }
}
