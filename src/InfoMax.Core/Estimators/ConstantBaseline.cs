using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>See <see cref="Baseline.Constant"/>.</summary>
internal sealed class ConstantBaseline : Baseline
{
    [ComponentName(Name = "log_value")]
    private readonly Parameter _logValue;

    public ConstantBaseline(double logValue, bool learned)
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

    protected override Tensor LogValue(ScoreMatrix scores) => _logValue.expand(scores.BatchSize, scores.Globals, 1);
}
