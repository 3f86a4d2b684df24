using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Residual blocks in a row.</summary>
internal sealed class ResidualLayer(int width, int stride, int repeat, bool narrowing) : Layer
{
    internal override string Kind => narrowing ? "bottleneck" : "basic";

    private long Channels => narrowing ? 4L * width : width;

    public override string ToString() => $"{(narrowing ? "Bottleneck" : "Basic")}({width}, stride {stride}, repeat {repeat})";

    internal override IEnumerable<string> Faults() =>
        LayerFaults.Size("width", width).Concat(LayerFaults.Size("stride", stride)).Concat(LayerFaults.Size("repeat", repeat));

    internal override LayerShape? Output(LayerShape input, Action<string> fault) =>
        new Window(3, stride, 1).Output(input, Channels, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => nn.Sequential(Enumerable.Range(0, repeat).Select(block => (
        block.ToString(System.Globalization.CultureInfo.InvariantCulture),
        (nn.Module<Tensor, Tensor>)new ResidualBlock(
            input.SpatialDimensions, block == 0 ? input.Channels : Channels, width, block == 0 ? stride : 1, narrowing))).ToArray());
}
