using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Linear with a bias, and nothing after it.</summary>
internal sealed record GlobalLayer(int Units, WeightInitialization? Initial) : Layer
{
    internal override string Kind => "global";

    internal override WeightInitialization? Weights => Initial;

    public override string ToString() => $"Global({Units})";

    internal override IEnumerable<string> Faults() => LayerFaults.Size("units", Units);

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => LinearLayer.Output(input, Units, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => nn.Linear(input.Channels, Units);
}
