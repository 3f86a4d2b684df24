using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Largest value or mean under a window.</summary>
internal sealed class PoolLayer(Window window, bool largest) : Layer
{
    /// <summary>Read by networks that mirror this one, such as the ladder network.</summary>
    public (Window Window, bool Max) Parts => (window, largest);

    internal override string Kind => largest ? "max_pool" : "average_pool";

    public override string ToString() => $"{(largest ? "MaxPool" : "AveragePool")}({window})";

    internal override IEnumerable<string> Faults()
    {
        foreach (string fault in window.Faults())
        {
            yield return fault;
        }

        if (window.Padding > window.Kernel / 2)
        {
            yield return $"padding must be at most half of the kernel, {window.Kernel / 2}, is {window.Padding}";
        }
    }

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => window.Output(input, input.Channels, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => Blocks.Pool(input.SpatialDimensions, window, largest);
}
