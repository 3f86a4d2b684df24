using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Mean of each channel over all locations.</summary>
internal sealed class GlobalAveragePoolLayer : Layer
{
    internal override string Kind => "global_average_pool";

    public override string ToString() => "GlobalAveragePool()";

    internal override LayerShape? Output(LayerShape input, Action<string> fault) =>
        input.IsMap(fault) ? input with { Sizes = [input.Channels] } : null;

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => new Function(Kind, x => x.flatten(2).mean([2]));
}
