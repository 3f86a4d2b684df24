using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Folds the vectors of the crops back to their grid.</summary>
internal sealed class FoldLayer : Layer
{
    internal override string Kind => "fold";

    public override string ToString() => "Fold()";

    internal override LayerShape? Output(LayerShape input, Action<string> fault)
    {
        if (input.Grid is null)
        {
            fault("has no crops to put back: Layer.Unfold(size) must come before it");
            return null;
        }

        if (input.Spatial.Any(s => s != 1))
        {
            fault($"needs crops that have become one location each, but its input is {input}");
            return null;
        }

        return new LayerShape([input.Channels, .. input.Grid]);
    }

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input)
    {
        (long channels, long[] grid) = (input.Channels, [.. input.Grid!]);
        long crops = grid.Aggregate(1L, (product, size) => product * size);
        return new Function(Kind, x =>
        {
            long batch = x.shape[0] / crops;
            return x.reshape(batch, crops, channels).transpose(1, 2).reshape([batch, channels, .. grid]);
        });
    }
}
