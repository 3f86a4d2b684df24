namespace InfoMax.Datasets;

/// <summary>A transfer failed, and another attempt may succeed.</summary>
internal sealed class TransferFault(string problem, TimeSpan? wait = null, Exception? cause = null) : Exception(problem, cause)
{
    /// <summary>The wait that the server asks for; null if it asks for none.</summary>
    public TimeSpan? Wait { get; } = wait;
}
