using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>A function of both vectors of a positive pair, learned: one hidden layer with ReLU on the two together, 0 at first.</summary>
public sealed class PairBaseline : Baseline
{
    [ComponentName(Name = "global")]
    private readonly Linear _global;

    [ComponentName(Name = "local")]
    private readonly Linear _local;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the baseline.</summary>
    /// <param name="globalUnits">Units of the global vectors behind the scores, 1 or more.</param>
    /// <param name="localUnits">Units of the local vectors behind the scores, 1 or more.</param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 64.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public PairBaseline(long globalUnits, long localUnits, long hiddenUnits = 64, int? seed = null)
        : base(nameof(PairBaseline))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(localUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        (GlobalUnits, LocalUnits) = (globalUnits, localUnits);
        _global = nn.Linear(globalUnits, hiddenUnits);
        _local = nn.Linear(localUnits, hiddenUnits, hasBias: false);
        _output = nn.Linear(hiddenUnits, 1);
        RegisterComponents();
        Initialization.ResetToZeroOutput(this, _output, RandomStream.Of(seed, "pair baseline"));
    }

    /// <summary>Units of the global vectors.</summary>
    public long GlobalUnits { get; }

    /// <summary>Units of the local vectors.</summary>
    public long LocalUnits { get; }

    /// <inheritdoc/>
    protected override Tensor LogValue(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ScalarType dtype = _output.weight!.dtype;
        Tensor globals = _global.call(Vectors(scores.GlobalVectors(), GlobalUnits, "global").to(dtype)).unsqueeze(2);
        Tensor locals = _local.call(Vectors(scores.LocalVectors(), LocalUnits, "local").to(dtype)).unsqueeze(1);
        return _output.call(nn.functional.relu(globals + locals)).squeeze(3);
    }
}
