using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Linear, dropout, batch normalization, ReLU.</summary>
internal sealed record LinearLayer(int Units, bool Norm, bool Activation, bool Bias, double Dropout, WeightInitialization? Initial) : Layer
{
    internal override string Kind => "linear";

    internal override WeightInitialization? Weights => Initial;

    public override string ToString() => $"Linear({Units})";

    internal override IEnumerable<string> Faults() => LayerFaults.Size("units", Units).Concat(LayerFaults.Dropout(Dropout));

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => Output(input, Units, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) =>
        Blocks.Finish("linear", nn.Linear(input.Channels, Units, hasBias: Bias), 0, Units, Dropout, Norm, Activation);

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
