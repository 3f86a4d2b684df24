using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>See <see cref="Baseline.OfGlobal"/>.</summary>
internal sealed class GlobalBaseline : Baseline
{
    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    public GlobalBaseline(long units, long hiddenUnits, int? seed)
        : base(nameof(GlobalBaseline))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        _hidden = nn.Linear(units, hiddenUnits);
        _output = nn.Linear(hiddenUnits, 1);
        RegisterComponents();
        Initialization.ResetToZeroOutput(this, _output, RandomStream.Of(seed, "global baseline"));
    }

    protected override Tensor LogValue(ScoreMatrix scores)
    {
        Tensor vectors = Vectors(scores.GlobalVectors(), _hidden.weight!.shape[1], "global");
        return _output.call(nn.functional.relu(_hidden.call(vectors.to(_output.weight!.dtype))));
    }
}
