namespace InfoMax.Training;

/// <summary>A finished epoch as callbacks see it.</summary>
public sealed class EpochContext
{
    private readonly Dictionary<string, double> _metrics;

    internal EpochContext(TrainingContext run, int epoch, Dictionary<string, double> metrics) =>
        (Run, Epoch, _metrics) = (run, epoch, metrics);

    /// <summary>The run.</summary>
    public TrainingContext Run { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>Means of all metrics over the steps of the epoch.</summary>
    public IReadOnlyDictionary<string, double> Metrics => _metrics;

    /// <summary>
    /// Adds a number to the summary of the epoch, such as the accuracy of a probe on held-out examples. Checkpoints and early stopping can
    /// use it; then report it in the first epoch too, so that the name is known.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Report(string name, double value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!_metrics.TryAdd(name, value))
        {
            throw new ArgumentException($"Expected a name that no other metric has, got \"{name}\".", nameof(name));
        }
    }
}
