namespace InfoMax.Datasets;

/// <summary>A data set is missing, truncated, damaged or of another format than the reader expects.</summary>
/// <remarks>The message names the path, what was expected there and what was found.</remarks>
public sealed class DatasetException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file, folder or address at fault.</param>
    /// <param name="problem">What was expected and what was found. The message is the path, a colon and this text.</param>
    /// <param name="innerException">The exception that led to this one; null if there is none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    internal DatasetException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
    }

    /// <summary>The file, folder or address at fault.</summary>
    public string Path { get; }
}
