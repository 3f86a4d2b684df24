using InfoMax.Training.Checkpoints;

namespace InfoMax.Training;

/// <content>Settings that only a run can check: against a checkpoint, the metrics of an epoch, and the optimizer.</content>
internal sealed partial class TrainingRun
{
    private readonly CheckpointManifest.RunSettings _identity;
    private bool _warnedOfRates;

    private void Resume(Checkpoint checkpoint)
    {
        IReadOnlyList<string> differences = RunIdentity.Compare(checkpoint, _identity, _settings);
        Restore(checkpoint);
        TrainerLog.Resumed(_logger, checkpoint.Path, _descent.Position);
        if (differences.Count > 0)
        {
            TrainerLog.SettingsDiffer(_logger, string.Join("; ", differences));
        }
    }

    /// <summary>Checks after a step; metric names after an epoch.</summary>
    /// <exception cref="ArgumentException">A setting names a metric that does not exist. The work so far is saved first.</exception>
    private void CheckSettings(bool endOfEpoch)
    {
        if (!_warnedOfRates && _descent.RateChange is var (expected, found))
        {
            _warnedOfRates = true;
            TrainerLog.RateOverwritten(_logger, expected, found);
        }

        if (endOfEpoch && MetricNames.Faults(_settings, _epochs) is { Count: > 0 } faults)
        {
            SaveLast();
            throw new ArgumentException($"Training ends after epoch {_epochs[^1].Epoch}: {string.Join("; ", faults)}.");
        }
    }
}
