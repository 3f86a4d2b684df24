namespace InfoMax.Information;

/// <summary>Why the training of a critic ended.</summary>
public enum EstimationEnd
{
    /// <summary>The validation objective no longer rose.</summary>
    Converged,

    /// <summary>The steps were used up; more might give more.</summary>
    OutOfSteps,

    /// <summary>Cancellation was asked for; the value is that of the best critic so far.</summary>
    Canceled,

    /// <summary>The objective stayed NaN or infinite; the value is that of the best critic before.</summary>
    Diverged,
}
