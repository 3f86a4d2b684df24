using InfoMax.Weights;

namespace InfoMax.Training.Checkpoints;

/// <summary>Writes a run's checkpoints and removes those that are not to be kept.</summary>
internal sealed class CheckpointKeeper(CheckpointOptions options) : IDisposable
{
    private FileStream? _lock;

    private readonly Dictionary<string, double> _scores = new(StringComparer.Ordinal);

    /// <summary>The last one that was written or resumed from; null if there is none.</summary>
    public string? Last { get; set; }

    /// <summary>Makes the folder, takes it for this run alone, and learns what is in it already.</summary>
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
                // Damaged: it has no score, and goes when it is old.
            }
        }
    }

    /// <summary>Whether one is due after a step.</summary>
    public bool IsDue(long step, bool endOfEpoch, int epochsDone) =>
        (options.EverySteps is { } steps && step % steps == 0) || (endOfEpoch && epochsDone % options.EveryEpochs == 0);

    /// <summary>Writes one.</summary>
    /// <exception cref="CheckpointException">It cannot be written. Those before it are as they were.</exception>
    public string Write(CheckpointManifest manifest, TrainingState state)
    {
        string path = CheckpointFolder.Write(options.Directory, manifest.Step, folder => state.Save(folder, manifest));
        Last = path;
        Note(path, manifest);
        return path;
    }

    /// <summary>Removes what is neither among the latest nor among the best. Later ones than the run has come to are there when it goes on from an earlier one, as when they are damaged: until they are passed they stay, and count for nothing.</summary>
    /// <exception cref="CheckpointException">One cannot be removed.</exception>
    public void Prune()
    {
        IReadOnlyList<string> all = CheckpointFolder.List(options.Directory);
        var passed = all.Where(path => Last is null || Comparer<(long, int)?>.Default.Compare(CheckpointFolder.StepOf(path), CheckpointFolder.StepOf(Last)) <= 0).ToList();
        var kept = all.Except(passed).Concat(passed.Take(options.KeepLast))
            .Concat(all.Where(_scores.ContainsKey).OrderBy(path => options.HigherIsBetter ? -_scores[path] : _scores[path]).Take(options.KeepBest))
            .Append(Last).ToHashSet();
        foreach (string path in all.Where(path => !kept.Contains(path)))
        {
            CheckpointFolder.Remove(path);
            _scores.Remove(path);
        }
    }

    /// <summary>Leaves the folder to others.</summary>
    public void Dispose() => _lock?.Dispose();

    private void Note(string path, CheckpointManifest manifest)
    {
        if (manifest.StepInEpoch == 0 && manifest.History is [.., var epoch] && epoch.Metrics.TryGetValue(options.BestMetric, out double score) && !double.IsNaN(score))
        {
            _scores[path] = score;
        }
    }
}
