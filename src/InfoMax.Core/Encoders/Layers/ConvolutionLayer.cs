using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Convolution, dropout, batch normalization, ReLU.</summary>
internal sealed class ConvolutionLayer(
    Window window, int channels, bool norm, bool activation, bool bias, double dropout, WeightInitialization? initial) : Layer
{
    /// <summary>Read by networks that mirror this one, such as the ladder network.</summary>
    public (Window Window, bool Activation, double Dropout) Parts => (window, activation, dropout);

    internal override string Kind => "conv";

    internal override WeightInitialization? Weights => initial;

    public override string ToString() => $"Conv({channels}, {window})";

    internal override IEnumerable<string> Faults() =>
        window.Faults().Concat(LayerFaults.Size("channels", channels)).Concat(LayerFaults.Dropout(dropout));

    internal override LayerShape? Output(LayerShape input, Action<string> fault) => window.Output(input, channels, fault);

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => Blocks.Finish(
        "conv", Blocks.Convolution(input.SpatialDimensions, input.Channels, channels, window, bias),
        input.SpatialDimensions, channels, dropout, norm, activation);
}
