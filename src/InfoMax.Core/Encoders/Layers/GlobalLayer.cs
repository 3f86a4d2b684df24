using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Linear with a bias, without normalization or activation.</summary>
internal sealed class GlobalLayer(int units, WeightInitialization? initial) : Layer
{
    internal override string Kind => "global";

    internal override WeightInitialization? Weights => initial;

    public override string ToString() => $"Global({units})";

    internal override IEnumerable<string> Faults() => LayerFaults.Size("units", units);

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => LinearLayer.Output(input, units, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => nn.Linear(input.Channels, units);
}
