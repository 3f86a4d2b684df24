using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>What a step came to.</summary>
/// <param name="Output">What the encoder made of the batch; null if it could not be computed.</param>
/// <param name="Metrics">Every term and metric, on the device.</param>
/// <param name="Fault">The first number that is not finite; null if the step was applied.</param>
internal sealed record StepOutcome(EncoderOutput? Output, Dictionary<string, Tensor> Metrics, (string Term, double Value)? Fault);
