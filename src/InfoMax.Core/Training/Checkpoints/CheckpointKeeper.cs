using InfoMax.Weights;

namespace InfoMax.Training.Checkpoints;

/// <summary>Writes the checkpoints of a run and removes those that are not kept.</summary>
internal sealed class CheckpointKeeper(CheckpointOptions options) : IDisposable
{
    private readonly Dictionary<string, double> _scores = new(StringComparer.Ordinal);
    private FileStream? _lock;

    /// <summary>The last checkpoint that was written or resumed from; null if there is none.</summary>
    public string? Last { get; set; }

    /// <summary>Creates the folder, locks it for this run, and reads the scores of the checkpoints in it.</summary>
    /// <exception cref="CheckpointException">The folder cannot be used, or another run uses it.</exception>
    public void Prepare()
    {
        _lock = CheckpointFolder.Lock(options.Directory);
        CheckpointFolder.Prepare(options.Directory);
        foreach (string path in CheckpointFolder.List(options.Directory))
        {
            try
            {
                Note(path, CheckpointManifest.Read(Path.Combine(path, CheckpointManifest.FileName)));
            }
            catch (CheckpointException)
            {
                // A damaged one has no score, and is removed when it is old.
            }
        }
    }

    /// <summary>Whether a checkpoint is due after a step.</summary>
    public bool IsDue(long step, bool endOfEpoch, int epochsDone) =>
        (options.EverySteps is { } steps && step % steps == 0) || (endOfEpoch && epochsDone % options.EveryEpochs == 0);

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="CheckpointException">It cannot be written. Earlier ones are as they were.</exception>
    public string Write(CheckpointManifest manifest, TrainingState state)
    {
        string path = CheckpointFolder.Write(options.Directory, manifest.Step, folder => state.Save(folder, manifest));
        Last = path;
        Note(path, manifest);
        return path;
    }

    /// <summary>
    /// Removes checkpoints that are neither among the latest nor among the best. If a run resumes from an older checkpoint, newer ones are
    /// kept until it overtakes them, and do not count among the latest.
    /// </summary>
    /// <exception cref="CheckpointException">A checkpoint cannot be removed.</exception>
    public void Prune()
    {
        IReadOnlyList<string> all = CheckpointFolder.List(options.Directory);
        List<string> passed = [.. all.Where(path => Last is null
            || Comparer<(long, int)?>.Default.Compare(CheckpointFolder.StepOf(path), CheckpointFolder.StepOf(Last)) <= 0)];
        IEnumerable<string> best = all.Where(_scores.ContainsKey)
            .OrderBy(path => options.HigherIsBetter ? -_scores[path] : _scores[path]).Take(options.KeepBest);
        var kept = all.Except(passed).Concat(passed.Take(options.KeepLast)).Concat(best).Append(Last).ToHashSet();
        foreach (string path in all.Where(path => !kept.Contains(path)))
        {
            CheckpointFolder.Remove(path);
            _scores.Remove(path);
        }
    }

    /// <summary>Unlocks the folder.</summary>
    public void Dispose() => _lock?.Dispose();

    private void Note(string path, CheckpointManifest manifest)
    {
        if (manifest.FinishedEpoch is { } epoch && epoch.Metrics.TryGetValue(options.BestMetric, out double score) && !double.IsNaN(score))
        {
            _scores[path] = score;
        }
    }
}
