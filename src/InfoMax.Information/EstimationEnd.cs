namespace InfoMax.Information;

/// <summary>Why the training of a critic ended.</summary>
public enum EstimationEnd
{
    /// <summary>The validation objective no longer rose.</summary>
    Converged,

    /// <summary>The maximum number of steps was reached; more might give more.</summary>
    OutOfSteps,

    /// <summary>Training was canceled; the value comes from the best critic so far.</summary>
    Canceled,

    /// <summary>The objective stayed NaN or infinite; the value comes from the best critic before.</summary>
    Diverged,

    /// <summary>
    /// The validation objective never rose above that of the untrained critic; or it ended below, and the value is no larger than chance.
    /// The variables are independent, or the samples are too few to show the dependence.
    /// </summary>
    NothingLearned,
}
