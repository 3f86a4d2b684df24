namespace InfoMax.Information;

/// <summary>Progress of an estimation, reported after each check on the validation split.</summary>
public sealed class MutualInformationProgress
{
    internal MutualInformationProgress(
        int step, int maxSteps, double validationObjective, double bestObjective, int checksWithoutGain, TimeSpan elapsed) =>
        (Step, MaxSteps, ValidationObjective, BestObjective, ChecksWithoutGain, Elapsed) =
        (step, maxSteps, validationObjective, bestObjective, checksWithoutGain, elapsed);

    /// <summary>Training steps done.</summary>
    public int Step { get; }

    /// <summary>The maximum number of training steps.</summary>
    public int MaxSteps { get; }

    /// <summary>The objective on the validation split, in the estimator's own unit.</summary>
    public double ValidationObjective { get; }

    /// <summary>The best objective on the validation split so far.</summary>
    public double BestObjective { get; }

    /// <summary>Checks since the best objective.</summary>
    public int ChecksWithoutGain { get; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed { get; }
}
