using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Largest value or mean under a window.</summary>
internal sealed record PoolLayer(Window Window, bool Largest) : Layer
{
    internal override string Kind => Largest ? "max_pool" : "average_pool";

    public override string ToString() => $"{(Largest ? "MaxPool" : "AveragePool")}({Window})";

    internal override IEnumerable<string> Faults()
    {
        foreach (string fault in Window.Faults())
        {
            yield return fault;
        }

        if (Window.Padding > Window.Kernel / 2)
        {
            yield return $"padding must be at most half of the kernel, {Window.Kernel / 2}, is {Window.Padding}";
        }
    }

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => Window.Output(input, input.Channels, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => Blocks.Pool(input.SpatialDimensions, Window, Largest);
}
