namespace InfoMax.Information;

/// <summary>Where an estimation stands, after each look at the validation split.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="MaxSteps">Steps after which training ends in any case.</param>
/// <param name="ValidationObjective">The objective on the validation split, in the estimator's own unit.</param>
/// <param name="BestObjective">The best one so far.</param>
/// <param name="ChecksWithoutGain">Looks since then.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record MutualInformationProgress(int Step, int MaxSteps, double ValidationObjective, double BestObjective, int ChecksWithoutGain, TimeSpan Elapsed);
