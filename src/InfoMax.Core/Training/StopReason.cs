namespace InfoMax.Training;

/// <summary>Why training stopped.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>Cancellation was requested; the encoder is as the last finished step left it.</summary>
    Canceled,

    /// <summary>
    /// A callback or early stopping ended the run; the encoder is as the last finished step left it, or as the best epoch did.
    /// </summary>
    Stopped,
}
