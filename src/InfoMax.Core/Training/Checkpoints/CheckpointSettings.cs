using System.Globalization;
using InfoMax.Foundation;

namespace InfoMax.Training.Checkpoints;

/// <summary>The settings of the run that wrote a checkpoint.</summary>
public sealed class CheckpointSettings
{
    private readonly CheckpointManifest.RunSettings _run;

    internal CheckpointSettings(CheckpointManifest.RunSettings run) => _run = run;

    /// <summary>Seed of the run.</summary>
    public int Seed => _run.Seed;

    /// <summary>Examples per step.</summary>
    public int BatchSize => _run.BatchSize;

    /// <summary>Epochs planned.</summary>
    public int EpochCount => _run.Epochs;

    /// <summary>Number of examples in the training data.</summary>
    public int ExampleCount => _run.Examples;

    /// <summary>Shape of one example.</summary>
    public IReadOnlyList<long> ExampleShape => _run.ExampleShape;

    /// <summary>Type name of the optimizer, such as "Adam".</summary>
    public string Optimizer => _run.Optimizer;

    /// <summary>Learning rate of the optimizer's first parameter group, before the schedule.</summary>
    public double LearningRate => _run.LearningRate;

    /// <summary>Weight of each term of the loss, by its name in metrics.</summary>
    public IReadOnlyDictionary<string, double> Weights => _run.Weights;

    /// <summary>The settings in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        string weights = string.Join(" + ", Weights.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Value} · {w.Key}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{weights}; {Optimizer}, learning rate {LearningRate}; {EpochCount} epochs of {ExampleCount:N0} examples " +
            $"{TensorGuard.Shape([.. ExampleShape])}, batches of {BatchSize}, seed {Seed}");
    }
}
