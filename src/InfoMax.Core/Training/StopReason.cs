namespace InfoMax.Training;

/// <summary>Why training stopped.</summary>
public enum StopReason
{
    /// <summary>All epochs were done.</summary>
    Completed,

    /// <summary>Cancellation was asked for; the encoder is as the last finished step left it.</summary>
    Canceled,

    /// <summary>A callback asked the run to stop; the encoder is as the last finished step left it.</summary>
    Stopped,
}
