using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders.Attention;

/// <summary>Patches to tokens <c>[N, L, width]</c>: a convolution over patches, layer normalization, GELU, linear.</summary>
internal sealed class PatchStem : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly nn.Module<Tensor, Tensor> _conv;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "linear")]
    private readonly Linear _linear;

    public PatchStem(long channels, long[] patch, int width)
        : base(nameof(PatchStem))
    {
        _conv = patch.Length switch
        {
            1 => nn.Conv1d(channels, width, patch[0], patch[0]),
            2 => nn.Conv2d(channels, width, (patch[0], patch[1]), (patch[0], patch[1])),
            _ => nn.Conv3d(channels, width, (patch[0], patch[1], patch[2]), (patch[0], patch[1], patch[2])),
        };
        _norm = nn.LayerNorm(width);
        _linear = nn.Linear(width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor tokens = _conv.call(input).flatten(2).transpose(1, 2);
        return scope.MoveToOuter(_linear.call(nn.functional.gelu(_norm.call(tokens))));
    }
}
