using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Residual blocks in a row.</summary>
internal sealed record ResidualLayer(int Width, int Stride, int Repeat, bool Narrowing) : Layer
{
    internal override string Kind => Narrowing ? "bottleneck" : "basic";

    private long Channels => Narrowing ? 4L * Width : Width;

    public override string ToString() => $"{(Narrowing ? "Bottleneck" : "Basic")}({Width}, stride {Stride}, repeat {Repeat})";

    internal override IEnumerable<string> Faults() =>
        LayerFaults.Size("width", Width).Concat(LayerFaults.Size("stride", Stride)).Concat(LayerFaults.Size("repeat", Repeat));

    internal override LayerShape? Output(LayerShape input, Action<string> fault) =>
        new Window(3, Stride, 1).Output(input, Channels, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => nn.Sequential(Enumerable.Range(0, Repeat).Select(block => (
        block.ToString(System.Globalization.CultureInfo.InvariantCulture),
        (nn.Module<Tensor, Tensor>)new ResidualBlock(input.SpatialDimensions, block == 0 ? input.Channels : Channels, Width, block == 0 ? Stride : 1, Narrowing))).ToArray());
}
