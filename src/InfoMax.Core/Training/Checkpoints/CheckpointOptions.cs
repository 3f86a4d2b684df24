using InfoMax.Foundation;

namespace InfoMax.Training.Checkpoints;

/// <summary>When a run writes checkpoints, where, and which of them it keeps.</summary>
/// <remarks>
/// A checkpoint is a folder "step-000000001234" in <see cref="Directory"/>, which appears there when it is complete: it is written under another name, each file is flushed to the disk, then it is renamed. What is to go is removed
/// only after that. The last one is written when the run ends, for whatever reason but an exception.
/// </remarks>
public sealed record CheckpointOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="directory">Folder of the run's checkpoints. It is made if it is not there.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public CheckpointOptions(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        Directory = directory;
    }

    /// <summary>Folder of the run's checkpoints.</summary>
    public string Directory { get; }

    /// <summary>Epochs between checkpoints.</summary>
    /// <value>At least 1; default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int EveryEpochs
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(EveryEpochs));
    } = 1;

    /// <summary>Steps between checkpoints within epochs; null (the default) for none there.</summary>
    /// <value>At least 1, or null.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? EverySteps
    {
        get;
        init => field = value is { } steps ? OptionGuard.AtLeast(1, steps, nameof(EverySteps)) : null;
    }

    /// <summary>How many of the latest checkpoints are kept.</summary>
    /// <value>At least 1; default 3.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int KeepLast
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(KeepLast));
    } = 3;

    /// <summary>How many of the best checkpoints at ends of epochs are kept besides, judged by <see cref="BestMetric"/>.</summary>
    /// <value>At least 0; default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public int KeepBest
    {
        get;
        init => field = OptionGuard.AtLeast(0, value, nameof(KeepBest));
    } = 1;

    /// <summary>The metric of the epoch's summary that says which checkpoint is best; an epoch without it is never best.</summary>
    /// <value>Default "total", the mean loss.</value>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string BestMetric
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("Expected the name of a metric.", nameof(BestMetric)) : value;
    } = "total";

    /// <summary>Whether the highest value is the best; default false: the lowest is.</summary>
    public bool HigherIsBetter { get; init; }
}
