namespace InfoMax.Datasets;

/// <summary>A transfer failed in a way that may not happen again.</summary>
internal sealed class TransferFault(string problem, TimeSpan? wait = null, Exception? cause = null) : Exception(problem, cause)
{
    /// <summary>How long the server wants to be left alone.</summary>
    public TimeSpan? Wait { get; } = wait;
}
