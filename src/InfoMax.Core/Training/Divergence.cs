
namespace InfoMax.Training;

/// <summary>A step whose numbers are not finite: a term of the loss, or the norm of the gradient. The step has not been applied.</summary>
/// <param name="Term">Name of the first term that is not finite, as in the metrics; "gradient_norm" if the loss is finite and its gradient is not.</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">The step, from 1.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="InSuccession">How many steps in succession have been like this, this one included.</param>
/// <param name="InAll">How many steps of the run have been like this, this one included.</param>
/// <param name="Returns">How often the run has gone back to a checkpoint.</param>
/// <param name="Checkpoint">Path of the checkpoint that the run can go back to; null if there is none.</param>
public sealed record Divergence(string Term, double Value, long Step, int Epoch, int InSuccession, int InAll, int Returns, string? Checkpoint);
