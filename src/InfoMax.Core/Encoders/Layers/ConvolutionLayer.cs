using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Convolution, dropout, batch normalization, ReLU.</summary>
internal sealed record ConvolutionLayer(Window Window, int Channels, bool Norm, bool Activation, bool Bias, double Dropout, WeightInitialization? Initial) : Layer
{
    internal override string Kind => "conv";

    internal override WeightInitialization? Weights => Initial;

    public override string ToString() => $"Conv({Channels}, {Window})";

    internal override IEnumerable<string> Faults() =>
        Window.Faults().Concat(LayerFaults.Size("channels", Channels)).Concat(LayerFaults.Dropout(Dropout));

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => Window.Output(input, Channels, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => Blocks.Finish(
        "conv", Blocks.Convolution(input.SpatialDimensions, input.Channels, Channels, Window, Bias), input.SpatialDimensions, Channels, Dropout, Norm, Activation);
}
