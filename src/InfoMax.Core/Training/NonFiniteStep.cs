namespace InfoMax.Training;

/// <summary>A step with a loss term or gradient norm that is not finite. The step was not applied.</summary>
/// <param name="Term">First metric that is not finite; "gradient_norm" if the loss is finite and its gradient is not.</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">The step, from 1.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="ConsecutiveCount">Number of such steps in a row, this one included.</param>
/// <param name="TotalCount">Number of such steps in the run, this one included.</param>
/// <param name="ReturnCount">How often the run has returned to a checkpoint.</param>
/// <param name="Checkpoint">Checkpoint that the run can return to; null if there is none.</param>
internal sealed record NonFiniteStep(
    string Term, double Value, long Step, int Epoch, int ConsecutiveCount, int TotalCount, int ReturnCount, string? Checkpoint);
