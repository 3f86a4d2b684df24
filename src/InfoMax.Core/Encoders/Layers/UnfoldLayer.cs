using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Unfolds the input into crops that overlap by half; each becomes an example.</summary>
internal sealed class UnfoldLayer(int size) : Layer
{
    internal override string Kind => "unfold";

    public override string ToString() => $"Unfold({size})";

    internal override IEnumerable<string> Faults()
    {
        if (size < 2 || size % 2 != 0)
        {
            yield return $"size must be even and at least 2, is {size}";
        }
    }

    internal override LayerShape? Output(LayerShape input, Action<string> fault)
    {
        if (!input.IsMap(fault))
        {
            return null;
        }

        if (input.Grid is not null)
        {
            fault("comes before Layer.Fold(), which folds the crops of an earlier layer");
            return null;
        }

        if (!input.IsKnown || input.Spatial.Any(s => s < size))
        {
            fault($"needs inputs of known sizes, at least {size}, but its input is {input}");
            return null;
        }

        int step = size / 2;
        return new LayerShape(
            [input.Channels, .. Enumerable.Repeat((long)size, input.SpatialDimensions)],
            [.. input.Spatial.Select(s => ((s - size) / step) + 1)]);
    }

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input)
    {
        int dimensions = input.SpatialDimensions;
        // [N, C, *grid, *size] to [N, *grid, C, *size].
        long[] order = [0, .. Enumerable.Range(2, dimensions), 1, .. Enumerable.Range(2 + dimensions, dimensions)];
        return new Function(Kind, x =>
        {
            long channels = x.shape[1];
            for (int d = 0; d < dimensions; d++)
            {
                x = x.unfold(2 + d, size, size / 2);
            }

            return x.permute(order).reshape([-1, channels, .. Enumerable.Repeat((long)size, dimensions)]);
        });
    }
}
