using InfoMax.Foundation;

namespace InfoMax.Training.Checkpoints;

/// <summary>When and where a run writes checkpoints, and which it keeps.</summary>
/// <remarks>
/// A checkpoint is a folder "step-000000001234" in <see cref="Directory"/>. It appears when it is complete: it is written under another
/// name, each file is flushed to the disk, then the folder is renamed. Older checkpoints are removed only after that. The last one is
/// written when the run ends, except by an exception.
/// </remarks>
public sealed class CheckpointOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="directory">Folder of the run's checkpoints; created if needed.</param>
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
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int EveryEpochs
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(EveryEpochs));
    } = 1;

    /// <summary>Steps between checkpoints within epochs; null (the default) for none within epochs.</summary>
    /// <value>At least 1, or null.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? EverySteps
    {
        get;
        init => field = value is { } steps ? OptionGuard.AtLeast(1, steps, nameof(EverySteps)) : null;
    }

    /// <summary>Number of latest checkpoints that are kept.</summary>
    /// <value>At least 1; default 3.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int KeepLast
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(KeepLast));
    } = 3;

    /// <summary>Number of best checkpoints at ends of epochs that are kept besides, judged by <see cref="BestMetric"/>.</summary>
    /// <value>At least 0; default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int KeepBest
    {
        get;
        init => field = OptionGuard.AtLeast(0, value, nameof(KeepBest));
    } = 1;

    /// <summary>
    /// The metric of an epoch's summary that says which checkpoint is best, such as "local.nats" or "probe.global.test_accuracy". A name
    /// that the first epoch does not have ends the run with an error that lists the names. Later epochs may lack it, and are then never
    /// best.
    /// </summary>
    /// <value>Default "total", the mean loss.</value>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string BestMetric
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value)
            ? throw new ArgumentException("Expected the name of a metric.", nameof(BestMetric))
            : value;
    } = "total";

    /// <summary>Whether a higher value of <see cref="BestMetric"/> is better; default false: lower is better.</summary>
    public bool HigherIsBetter { get; init; }
}
