using InfoMax.Encoders;
using InfoMax.Weights;

namespace InfoMax.Training.Checkpoints;

/// <summary>
/// A checkpoint that has been read and found whole: every file has its checksum. Use it to look at a run, or to take the encoder out of it; to go on training give its path to <see cref="DimTrainer.Resume"/>.
/// </summary>
/// <remarks>
/// The folder holds "manifest.json" (where the run stood, its settings, its epochs), "encoder.safetensors" and "loss.safetensors" (parameters and buffers under the names of <c>state_dict()</c>, so that Python reads them directly),
/// "optimizer.safetensors", "state.safetensors" (generators and what else is kept), "average.safetensors" where weights are averaged, and "SHA256SUMS".
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

    /// <summary>The epoch that the next step belongs to, from 1.</summary>
    public int Epoch => Manifest.Epoch;

    /// <summary>When it was written.</summary>
    public DateTimeOffset Written => Manifest.Written;

    /// <summary>Version of the library that wrote it.</summary>
    public string LibraryVersion => Manifest.Library;

    /// <summary>The epochs that were over.</summary>
    public IReadOnlyList<EpochSummary> Epochs => [.. Manifest.History.Select(e => new EpochSummary(e.Epoch, e.Steps, e.Metrics, new TimeSpan(e.ElapsedTicks)))];

    /// <summary>Whether it has averaged weights.</summary>
    public bool HasAverage => File.Exists(System.IO.Path.Combine(Path, AverageFile));

    internal CheckpointManifest Manifest { get; }

    /// <summary>The checkpoints of a run's folder by their names, the latest first, unread.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <returns>Their paths; none if there is no such folder.</returns>
    /// <exception cref="CheckpointException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> Find(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return CheckpointFolder.List(directory);
    }

    /// <summary>Reads a checkpoint and compares every file with its checksum.</summary>
    /// <param name="path">The checkpoint's folder, or the folder of a run for its latest checkpoint.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="CheckpointException">
    /// Nothing is there, or a file of it is missing, truncated, altered, foreign or of a newer format. <see cref="CheckpointException.Previous"/> is the latest earlier checkpoint beside it that is whole.
    /// </exception>
    public static Checkpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string chosen = path;
        if (CheckpointFolder.StepOf(path) is null && !File.Exists(System.IO.Path.Combine(path, CheckpointManifest.FileName)))
        {
            chosen = CheckpointFolder.List(path) is [var latest, ..] ? latest : throw new CheckpointException(path, "expected a checkpoint or a folder of checkpoints, found none.");
        }

        try
        {
            return OpenOnly(chosen);
        }
        catch (CheckpointException e)
        {
            string? previous = Earlier(chosen).FirstOrDefault(IsWhole);
            throw previous is null ? e : e.WithPrevious(previous);
        }
    }

    /// <summary>Opens the latest whole checkpoint of a run's folder.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="skipped">Gets the fault of each later one that was not whole.</param>
    /// <returns>The checkpoint; null if there is none that is whole.</returns>
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

    /// <summary>Loads the trained weights into an encoder that is built like the one of the run.</summary>
    /// <param name="encoder">The encoder, on any device.</param>
    /// <param name="averaged">Whether the averaged weights are taken where there are any; default true.</param>
    /// <exception cref="CheckpointException">The file cannot be read any more.</exception>
    /// <exception cref="WeightMismatchException">The encoder is built otherwise. It is as it was.</exception>
    public void LoadEncoder(Encoder encoder, bool averaged = true)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ModuleWeights.Load(encoder, PathOf(averaged && HasAverage ? AverageFile : EncoderFile));
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
        return directory is null || CheckpointFolder.StepOf(path) is null ? [] : CheckpointFolder.List(directory).SkipWhile(other => !Same(other, path)).Skip(1);
    }

    private static bool Same(string a, string b) => System.IO.Path.GetFileName(a) == System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(b));

    private static bool IsWhole(string path)
    {
        try
        {
            OpenOnly(path);
            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }
}
