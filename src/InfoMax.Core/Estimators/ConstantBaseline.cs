using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>One number for all, learned or fixed.</summary>
public sealed class ConstantBaseline : Baseline
{
    [ComponentName(Name = "log_value")]
    private readonly Parameter _logValue;

    /// <summary>Creates the baseline.</summary>
    /// <param name="logValue">Its logarithm, at first; the default 1 is that of NWJ.</param>
    /// <param name="learned">Whether training changes it; default true.</param>
    /// <exception cref="ArgumentOutOfRangeException">The logarithm is not finite.</exception>
    public ConstantBaseline(double logValue = 1.0, bool learned = true)
        : base(nameof(ConstantBaseline))
    {
        if (!double.IsFinite(logValue))
        {
            throw new ArgumentOutOfRangeException(nameof(logValue), logValue, "Expected a finite logarithm.");
        }

        _logValue = new Parameter(tensor((float)logValue), learned);
        _logValue.DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override Tensor LogValue(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return _logValue.expand(scores.BatchSize, scores.Globals, 1);
    }
}
