using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>See <see cref="Baseline.OfPair"/>.</summary>
internal sealed class PairBaseline : Baseline
{
    [ComponentName(Name = "global")]
    private readonly Linear _global;

    [ComponentName(Name = "local")]
    private readonly Linear _local;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    public PairBaseline(long globalUnits, long localUnits, long hiddenUnits, int? seed)
        : base(nameof(PairBaseline))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(localUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        _global = nn.Linear(globalUnits, hiddenUnits);
        _local = nn.Linear(localUnits, hiddenUnits, hasBias: false);
        _output = nn.Linear(hiddenUnits, 1);
        RegisterComponents();
        Initialization.ResetToZeroOutput(this, _output, RandomStream.Of(seed, "pair baseline"));
    }

    protected override Tensor LogValue(ScoreMatrix scores)
    {
        ScalarType dtype = _output.weight!.dtype;
        Tensor globals = _global.call(Vectors(scores.GlobalVectors(), _global.weight!.shape[1], "global").to(dtype)).unsqueeze(2);
        Tensor locals = _local.call(Vectors(scores.LocalVectors(), _local.weight!.shape[1], "local").to(dtype)).unsqueeze(1);
        return _output.call(nn.functional.relu(globals + locals)).squeeze(3);
    }
}
