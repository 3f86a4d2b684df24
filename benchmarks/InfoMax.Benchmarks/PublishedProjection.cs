using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>The local projection as the original code has it: 1×1 convolutions over the map, and layer normalization over
/// channels.</summary>
internal sealed class PublishedProjection : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _hidden;
    private readonly BatchNorm2d _hiddenNorm;
    private readonly Conv2d _output;
    private readonly Conv2d _shortcut;
    private readonly LayerNorm _outputNorm;

    public PublishedProjection(long inputs, long units)
        : base(nameof(PublishedProjection))
    {
        _hidden = nn.Conv2d(inputs, units, 1, bias: false);
        _hiddenNorm = nn.BatchNorm2d(units);
        _output = nn.Conv2d(units, units, 1);
        _shortcut = nn.Conv2d(inputs, units, 1, bias: false);
        _outputNorm = nn.LayerNorm(units);
        RegisterComponents();
    }

    /// <summary>A map <c>[N, C, H, W]</c> to rows <c>[N·L, units]</c>.</summary>
    public override Tensor forward(Tensor map)
    {
        Tensor hidden = nn.functional.relu(_hiddenNorm.call(_hidden.call(map)));
        Tensor sum = _output.call(hidden) + _shortcut.call(map);
        return _outputNorm.call(sum.permute(0, 2, 3, 1)).flatten(0, 2);
    }
}
