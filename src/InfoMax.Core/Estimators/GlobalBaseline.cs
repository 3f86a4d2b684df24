using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>A function of the global vector, learned: one hidden layer with ReLU, 0 at first.</summary>
public sealed class GlobalBaseline : Baseline
{
    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the baseline.</summary>
    /// <param name="units">Units of the global vectors behind the scores (the common space of a separable critic), 1 or more.</param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 64.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GlobalBaseline(long units, long hiddenUnits = 64, int? seed = null)
        : base(nameof(GlobalBaseline))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        Units = units;
        _hidden = nn.Linear(units, hiddenUnits);
        _output = nn.Linear(hiddenUnits, 1);
        RegisterComponents();
        Initialization.ResetToZeroOutput(this, _output, RandomStream.Of(seed, "global baseline"));
    }

    /// <summary>Units of the global vectors.</summary>
    public long Units { get; }

    /// <inheritdoc/>
    protected override Tensor LogValue(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Tensor vectors = Vectors(scores.GlobalVectors(), Units, "global");
        return _output.call(nn.functional.relu(_hidden.call(vectors.to(_output.weight!.dtype))));
    }
}
