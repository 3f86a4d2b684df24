using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Weights;

namespace InfoMax.Training.Checkpoints;

/// <summary>
/// A checkpoint that has been opened and verified: every file has its checksum. Use it to inspect a run, or to load its encoder. To
/// continue training, give its path to <see cref="DimTrainer.Resume"/>.
/// </summary>
/// <remarks>
/// The folder holds "manifest.json" (position, settings, epochs), "encoder.safetensors" and "loss.safetensors" (parameters and buffers
/// under the names of <c>state_dict()</c>, so that Python reads them directly), "optimizer.safetensors", "state.safetensors" (generators
/// and other states), "average.safetensors" if weights are averaged, and "SHA256SUMS".
/// </remarks>
public sealed class Checkpoint
{
    internal const string EncoderFile = "encoder.safetensors";
    internal const string LossFile = "loss.safetensors";
    internal const string OptimizerFile = "optimizer.safetensors";
    internal const string StateFile = "state.safetensors";
    internal const string AverageFile = "average.safetensors";

    private Checkpoint(string path, CheckpointManifest manifest) => (Path, Manifest) = (path, manifest);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Steps done.</summary>
    public long Step => Manifest.Step;

    /// <summary>The epoch of the next step, from 1.</summary>
    public int Epoch => Manifest.Epoch;

    /// <summary>When it was written.</summary>
    public DateTimeOffset Written => Manifest.Written;

    /// <summary>Version of the library that wrote it.</summary>
    public string LibraryVersion => Manifest.Library;

    /// <summary>The finished epochs, with their metrics.</summary>
    public IReadOnlyList<EpochSummary> Epochs =>
        [.. Manifest.History.Select(e => new EpochSummary(e.Epoch, e.Steps, e.Metrics, new TimeSpan(e.ElapsedTicks)))];

    /// <summary>The settings of the run.</summary>
    public CheckpointSettings Settings => new(Manifest.Settings);

    /// <summary>Whether it has averaged weights.</summary>
    public bool HasAverage => File.Exists(PathOf(AverageFile));

    internal CheckpointManifest Manifest { get; }

    /// <summary>Lists the checkpoints of a run's folder by name, the latest first. They are not opened.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <returns>Their paths; none if there is no such folder.</returns>
    /// <exception cref="CheckpointException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> Find(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return CheckpointFolder.List(directory);
    }

    /// <summary>Opens a checkpoint and compares every file with its checksum.</summary>
    /// <param name="path">The checkpoint's folder, or the folder of a run for its latest checkpoint.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="CheckpointException">
    /// Nothing is there, or a file is missing, truncated, altered, foreign or of a newer format. <see cref="CheckpointException.Previous"/>
    /// is the latest earlier checkpoint beside it that is whole.
    /// </exception>
    public static Checkpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string chosen = path;
        if (CheckpointFolder.StepOf(path) is null && !File.Exists(System.IO.Path.Combine(path, CheckpointManifest.FileName)))
        {
            chosen = CheckpointFolder.List(path) is [var latest, ..]
                ? latest
                : throw new CheckpointException(path, "expected a checkpoint or a folder of checkpoints, found none.");
        }

        try
        {
            return OpenOnly(chosen);
        }
        catch (CheckpointException e)
        {
            string? previous = Earlier(chosen).FirstOrDefault(other => TryOpen(other) is not null);
            throw previous is null ? e : e.WithPrevious(previous);
        }
    }

    /// <summary>
    /// Opens the best checkpoint of a run's folder, by a metric of the epoch that it ends; damaged ones are ignored. Of equal ones it takes
    /// the latest.
    /// </summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="metric">Name of the metric in <see cref="EpochSummary.Metrics"/>; default "total", the mean loss.</param>
    /// <param name="higherIsBetter">Whether a higher value is better; default false.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="CheckpointException">
    /// No whole checkpoint at the end of an epoch has the metric; the message lists the metrics found.
    /// </exception>
    public static Checkpoint Best(string directory, string metric = "total", bool higherIsBetter = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentException.ThrowIfNullOrWhiteSpace(metric);
        List<(Checkpoint Checkpoint, CheckpointManifest.EpochEntry Epoch)> ends = [];
        foreach (Checkpoint checkpoint in CheckpointFolder.List(directory).Select(TryOpen).OfType<Checkpoint>())
        {
            if (checkpoint.Manifest.FinishedEpoch is { } epoch)
            {
                ends.Add((checkpoint, epoch));
            }
        }

        var scored = ends.Where(e => !double.IsNaN(e.Epoch.Metrics.GetValueOrDefault(metric, double.NaN)));
        double Score((Checkpoint, CheckpointManifest.EpochEntry Epoch) end) => end.Epoch.Metrics[metric] * (higherIsBetter ? -1 : 1);
        Checkpoint? best = scored.OrderBy(Score).FirstOrDefault().Checkpoint;
        string found = ends.Count == 0
            ? "found no whole checkpoint there"
            : $"found {string.Join(", ", ends.SelectMany(e => e.Epoch.Metrics.Keys).Distinct().Order(StringComparer.Ordinal))}";
        return best ?? throw new CheckpointException(directory, $"expected a checkpoint at the end of an epoch with the metric " +
            $"\"{metric}\", {found}.");
    }

    /// <summary>Opens the latest whole checkpoint of a run's folder.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="skipped">Receives the fault of each later checkpoint that is damaged.</param>
    /// <returns>The checkpoint; null if none is whole.</returns>
    internal static Checkpoint? Latest(string directory, Action<CheckpointException>? skipped = null)
    {
        foreach (string path in CheckpointFolder.List(directory))
        {
            try
            {
                return OpenOnly(path);
            }
            catch (CheckpointException e)
            {
                skipped?.Invoke(e);
            }
        }

        return null;
    }

    /// <summary>Loads the trained weights into an encoder that is built like the run's.</summary>
    /// <param name="encoder">The encoder, on any device.</param>
    /// <param name="averaged">Whether to take averaged weights if there are any; default true.</param>
    /// <exception cref="CheckpointException">The file can no longer be read.</exception>
    /// <exception cref="WeightMismatchException">The encoder is built differently. It is unchanged.</exception>
    public void LoadEncoder(Encoder encoder, bool averaged = true)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ModuleWeights.Load(encoder, PathOf(averaged && HasAverage ? AverageFile : EncoderFile));
    }

    /// <summary>The checkpoint in one line: position, time, library, and the metrics of the last epoch.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        string last = Manifest.History is [.., var epoch] ? $"; epoch {epoch.Epoch}{MetricText.Of(epoch.Metrics)}" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"checkpoint at step {Step:N0}, {Manifest.History.Count} of {Manifest.Settings.Epochs} epochs done, written " +
            $"{Written:yyyy-MM-dd HH:mm} UTC by InfoMax {LibraryVersion}{last}");
    }

    internal string PathOf(string name) => System.IO.Path.Combine(Path, name);

    private static Checkpoint OpenOnly(string path)
    {
        string manifest = System.IO.Path.Combine(path, CheckpointManifest.FileName);
        if (!Directory.Exists(path))
        {
            throw new CheckpointException(path, "expected the folder of a checkpoint, found none.");
        }

        CheckpointFolder.Verify(path, CheckpointManifest.FileName, EncoderFile, LossFile, OptimizerFile, StateFile);
        return new Checkpoint(path, CheckpointManifest.Read(manifest));
    }

    private static IEnumerable<string> Earlier(string path)
    {
        string? directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(System.IO.Path.TrimEndingDirectorySeparator(path)));
        return directory is null || CheckpointFolder.StepOf(path) is null
            ? []
            : CheckpointFolder.List(directory).SkipWhile(other => !Same(other, path)).Skip(1);
    }

    private static bool Same(string a, string b) =>
        System.IO.Path.GetFileName(a) == System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(b));

    private static Checkpoint? TryOpen(string path)
    {
        try
        {
            return OpenOnly(path);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }
}
