using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>All channels and locations in one vector.</summary>
internal sealed class FlattenLayer : Layer
{
    internal override string Kind => "flatten";

    public override string ToString() => "Flatten()";

    internal override LayerShape? Output(LayerShape input, Action<string> fault)
    {
        if (input.IsKnown)
        {
            return input with { Sizes = [input.Sizes.Aggregate(1L, (product, size) => product * size)] };
        }

        fault($"needs known sizes, but its input is {input}: take Layer.GlobalAveragePool(), or inputs of one size");
        return null;
    }

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => new Function(Kind, x => x.flatten(1));
}
