using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>The outcome of a step.</summary>
/// <param name="Output">The encoder's output on the batch; null if it could not be computed.</param>
/// <param name="Metrics">Every term and metric, on the device.</param>
/// <param name="Fault">The first number that is not finite; null if the step was applied.</param>
internal sealed record StepOutcome(EncoderOutput? Output, Dictionary<string, Tensor> Metrics, (string Term, double Value)? Fault);
