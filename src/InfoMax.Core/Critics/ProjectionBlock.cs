using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// The projection of the encode-and-dot-product critic, applied to rows: LN(W₂·ReLU(BN(W₁·x)) + S·x), with BN batch and LN layer
/// normalization over the units, W₁ and the shortcut S without bias.
/// </summary>
/// <remarks>
/// If there are at least as many units as inputs, S starts as a noisy copy: uniform in ±0.01 with ones on the diagonal. Everything else
/// starts as PyTorch initializes it.
/// </remarks>
internal sealed class ProjectionBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "hidden_norm")]
    private readonly BatchNorm1d _hiddenNorm;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    [ComponentName(Name = "shortcut")]
    private readonly Linear _shortcut;

    [ComponentName(Name = "output_norm")]
    private readonly LayerNorm _outputNorm;

    public ProjectionBlock(long inputs, long units, RandomStream? stream)
        : base(nameof(ProjectionBlock))
    {
        _hidden = nn.Linear(inputs, units, hasBias: false);
        _hiddenNorm = nn.BatchNorm1d(units);
        _output = nn.Linear(units, units);
        _shortcut = nn.Linear(inputs, units, hasBias: false);
        _outputNorm = nn.LayerNorm(units);
        RegisterComponents();
        Initialization.Reset(this, stream?.Of("layers"));

        if (units >= inputs)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            if (stream?.Of("shortcut") is { } shortcut)
            {
                using Generator generator = shortcut.Generator();
                Initialization.Uniform(_shortcut.weight!, 0.01, generator);
            }
            else
            {
                _shortcut.weight!.uniform_(-0.01, 0.01);
            }

            _shortcut.weight!.diagonal().fill_(1.0);
        }
    }

    /// <summary>Projects rows <c>[rows, inputs]</c> to <c>[rows, units]</c>.</summary>
    public override Tensor forward(Tensor rows) => Project(rows, ProductPrecision.Full);

    /// <summary>Projects rows <c>[rows, inputs]</c> to <c>[rows, units]</c>, in bfloat16 if that is asked for.</summary>
    public Tensor Project(Tensor rows, ProductPrecision precision)
    {
        using var scope = NewDisposeScope();
        bool narrow = precision == ProductPrecision.BFloat16;
        ScalarType dtype = rows.dtype;
        Tensor Cast(Tensor values) => narrow ? values.to(ScalarType.BFloat16) : values;
        Tensor input = Cast(rows);
        // mm rather than linear: for tall inputs with few columns, linear picks a route several times slower.
        Tensor hidden = nn.functional.relu(_hiddenNorm.call(input.mm(Cast(_hidden.weight!).t()).to(dtype)));
        Tensor sum = Cast(hidden).mm(Cast(_output.weight!).t()).to(dtype).add(_output.bias!).add(
            input.mm(Cast(_shortcut.weight!).t()).to(dtype));
        return scope.MoveToOuter(Cast(_outputNorm.call(sum)));
    }
}
