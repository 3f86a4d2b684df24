using InfoMax.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>Linear layers with ReLU between them, for the tensors' last dimension.</summary>
internal static class Perceptron
{
    /// <summary>Creates the network; its layers are named "layer_1" and so on.</summary>
    /// <param name="inputs">Units of the input.</param>
    /// <param name="hiddenUnits">Units of each hidden layer.</param>
    /// <param name="hiddenLayers">Number of hidden layers, at least 0.</param>
    /// <param name="outputs">Units of the output.</param>
    /// <param name="stream">Stream of the initial weights; null draws them from TorchSharp's global generator.</param>
    public static Sequential Create(long inputs, long hiddenUnits, int hiddenLayers, long outputs, RandomStream? stream)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (int layer = 1; layer <= hiddenLayers; layer++)
        {
            layers.Add(($"layer_{layer}", nn.Linear(layer == 1 ? inputs : hiddenUnits, hiddenUnits)));
            layers.Add(($"activation_{layer}", nn.ReLU()));
        }

        layers.Add(($"layer_{hiddenLayers + 1}", nn.Linear(hiddenLayers == 0 ? inputs : hiddenUnits, outputs)));
        Sequential network = nn.Sequential(layers);
        Initialization.Reset(network, stream);

        return network;
    }

    /// <summary>Throws unless there is a hidden layer with a unit.</summary>
    public static void CheckSizes(long hiddenUnits, int hiddenLayers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenLayers, 1);
    }
}
