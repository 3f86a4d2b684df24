using InfoMax.Encoders;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// The network that critics and discriminators of inputs have before the code comes in: convolutions with kernel 4 and step 2, then a
/// linear layer, with ReLU and without normalization, so that each score depends on its own pair.
/// </summary>
internal static class InputNetwork
{
    /// <summary>Builds the network.</summary>
    /// <param name="shape">
    /// Shape of an input, <c>[C, *spatial]</c> with up to three spatial dimensions; anything else is taken as a vector.
    /// </param>
    /// <param name="features">Outputs.</param>
    /// <param name="stream">Stream of the initial weights; null draws them from TorchSharp's global generator.</param>
    public static nn.Module<Tensor, Tensor> Create(IReadOnlyList<long> shape, int features, RandomStream? stream)
    {
        var layers = new List<Layer>();
        long side = shape.Count is >= 2 and <= 4 ? shape.Skip(1).Min() : 0;
        for (int channels = 64; side >= 4 && channels <= 256; channels *= 2, side /= 2)
        {
            layers.Add(Layer.Conv(channels, kernel: 4, stride: 2, padding: 1, norm: false));
        }

        layers.AddRange([Layer.Flatten(), Layer.Linear(features, norm: false)]);
        return new LayerSequence(shape, layers, seed: stream?.Seed());
    }
}
