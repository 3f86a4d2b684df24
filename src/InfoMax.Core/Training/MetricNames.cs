namespace InfoMax.Training;

/// <summary>Finds settings that name a metric that does not exist.</summary>
internal static class MetricNames
{
    /// <summary>Every fault, once an epoch is over.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="epochs">The epochs so far. A metric counts as known if any of them has it.</param>
    public static IReadOnlyList<string> Faults(TrainerSettings settings, IReadOnlyList<EpochSummary> epochs)
    {
        var known = epochs.SelectMany(e => e.Metrics.Keys).ToHashSet(StringComparer.Ordinal);
        (string Setting, string? Metric)[] named =
        [
            ("BestMetric of the checkpoints", settings.Checkpoints is { KeepBest: > 0 } options ? options.BestMetric : null),
            ("the metric of EarlyStopping", settings.EarlyStop?.Metric),
        ];
        // An epoch of which every batch was skipped has no metrics: it says nothing about names.
        return known.Count == 0
            ? []
            : [.. named.Where(n => n.Metric is { } metric && !known.Contains(metric)).Select(n =>
                $"expected {n.Setting} to be a metric of the first epoch, got \"{n.Metric}\"; there are " +
                $"{string.Join(", ", known.Order(StringComparer.Ordinal))}")];
    }
}
