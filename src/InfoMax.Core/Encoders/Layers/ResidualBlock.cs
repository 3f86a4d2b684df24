using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>ReLU of convolutions plus shortcut.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "body")]
    private readonly Sequential _body;

    [ComponentName(Name = "shortcut")]
    private readonly Sequential? _shortcut;

    public ResidualBlock(int dimensions, long input, long width, int stride, bool bottleneck)
        : base(nameof(ResidualBlock))
    {
        long output = bottleneck ? 4 * width : width;
        Window point = new(1, 1, 0), strided = new(3, stride, 1), plain = new(3, 1, 1);
        (long Channels, Window Window)[] layers = bottleneck ? [(width, point), (width, strided), (output, point)]
            : [(width, strided), (output, plain)];
        List<(string, nn.Module<Tensor, Tensor>)> parts = [];
        long channels = input;
        for (int i = 0; i < layers.Length; i++)
        {
            parts.Add(($"conv_{i + 1}", Blocks.Convolution(dimensions, channels, layers[i].Channels, layers[i].Window, bias: false)));
            parts.Add(($"norm_{i + 1}", Blocks.Norm(dimensions, layers[i].Channels)));
            if (i < layers.Length - 1)
            {
                parts.Add(($"activation_{i + 1}", nn.ReLU()));
            }

            channels = layers[i].Channels;
        }

        _body = nn.Sequential(parts);
        if (stride != 1 || input != output)
        {
            _shortcut = nn.Sequential(
                ("conv", Blocks.Convolution(dimensions, input, output, new Window(1, stride, 0), bias: false)),
                ("norm", Blocks.Norm(dimensions, output)));
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor body = _body.call(input);
        return scope.MoveToOuter(nn.functional.relu(body.add(_shortcut is null ? input : _shortcut.call(input))));
    }
}
