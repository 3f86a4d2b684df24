namespace InfoMax.Weights;

/// <summary>
/// A file of weights or of a training state is missing, unreadable, truncated, damaged or of another format, or cannot be written.
/// </summary>
/// <remarks>The message names the path, what was expected and what was found.</remarks>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file at fault.</param>
    /// <param name="problem">What was expected and what was found; the message is the path, a colon and this text.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    public CheckpointException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
    }

    /// <summary>The file at fault.</summary>
    public string Path { get; }

    /// <summary>
    /// Path of the latest earlier intact checkpoint, from which a run can resume; null if there is none, or if the file is not part of a
    /// checkpoint.
    /// </summary>
    public string? Previous { get; private init; }

    /// <summary>This fault, with a checkpoint to fall back on.</summary>
    internal CheckpointException WithPrevious(string previous) =>
        new(Path, $"{Problem(Path, Message)} An earlier checkpoint is intact: {previous}", this) { Previous = previous };

    private static string Problem(string path, string message) =>
        message.StartsWith(path + ": ", StringComparison.Ordinal) ? message[(path.Length + 2)..] : message;
}
