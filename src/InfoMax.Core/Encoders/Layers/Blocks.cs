using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>Modules for one, two or three spatial dimensions; zero dimensions are a vector.</summary>
internal static class Blocks
{
    public static nn.Module<Tensor, Tensor> Convolution(int dimensions, long input, long output, Window window, bool bias) =>
        dimensions switch
        {
            1 => nn.Conv1d(input, output, window.Kernel, window.Stride, window.Padding, bias: bias),
            2 => nn.Conv2d(input, output, window.Kernel, window.Stride, window.Padding, bias: bias),
            _ => nn.Conv3d(input, output, window.Kernel, window.Stride, window.Padding, bias: bias),
        };

    public static nn.Module<Tensor, Tensor> Norm(int dimensions, long channels) => dimensions switch
    {
        0 or 1 => nn.BatchNorm1d(channels),
        2 => nn.BatchNorm2d(channels),
        _ => nn.BatchNorm3d(channels),
    };

    public static nn.Module<Tensor, Tensor> Dropout(int dimensions, double share) => dimensions switch
    {
        0 => nn.Dropout(share),
        1 => nn.Dropout1d(share),
        2 => nn.Dropout2d(share),
        _ => nn.Dropout3d(share),
    };

    public static nn.Module<Tensor, Tensor> Pool(int dimensions, Window window, bool largest) => (dimensions, largest) switch
    {
        (1, true) => nn.MaxPool1d(window.Kernel, window.Stride, window.Padding),
        (2, true) => nn.MaxPool2d(window.Kernel, window.Stride, window.Padding),
        (_, true) => nn.MaxPool3d(window.Kernel, window.Stride, window.Padding),
        (1, false) => nn.AvgPool1d(window.Kernel, window.Stride, window.Padding),
        (2, false) => nn.AvgPool2d(window.Kernel, window.Stride, window.Padding),
        (_, false) => nn.AvgPool3d(window.Kernel, window.Stride, window.Padding),
    };

    /// <summary>A layer, then dropout, batch normalization and ReLU as asked for.</summary>
    public static Sequential Finish(
        string name, nn.Module<Tensor, Tensor> layer, int dimensions, long channels, double dropout, bool norm, bool activation)
    {
        List<(string, nn.Module<Tensor, Tensor>)> parts = [(name, layer)];
        if (dropout > 0)
        {
            parts.Add(("dropout", Dropout(dimensions, dropout)));
        }

        if (norm)
        {
            parts.Add(("norm", Norm(dimensions, channels)));
        }

        if (activation)
        {
            parts.Add(("activation", nn.ReLU()));
        }

        return nn.Sequential(parts);
    }
}
