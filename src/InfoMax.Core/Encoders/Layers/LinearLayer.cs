using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Linear, dropout, batch normalization, ReLU.</summary>
internal sealed class LinearLayer(int units, bool norm, bool activation, bool bias, double dropout, WeightInitialization? initial) : Layer
{
    /// <summary>Read by networks that mirror this one, such as the ladder network.</summary>
    public (bool Activation, double Dropout) Parts => (activation, dropout);

    internal override string Kind => "linear";

    internal override WeightInitialization? Weights => initial;

    public override string ToString() => $"Linear({units})";

    internal override IEnumerable<string> Faults() => LayerFaults.Size("units", units).Concat(LayerFaults.Dropout(dropout));

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => Output(input, units, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) =>
        Blocks.Finish("linear", nn.Linear(input.Channels, units, hasBias: bias), 0, units, dropout, norm, activation);

    /// <summary>The output of any linear layer.</summary>
    public static LayerShape? Output(LayerShape input, int units, Action<string> fault)
    {
        if (input.IsVector)
        {
            return input with { Sizes = [units] };
        }

        fault($"needs a vector, but its input is a map {input}: put Layer.Flatten() or Layer.GlobalAveragePool() before it");
        return null;
    }
}
