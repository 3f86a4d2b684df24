using static TorchSharp.torch;

namespace InfoMax.Optimization;

/// <summary>What a step of a <see cref="Descent"/> came to; tensors of the caller's dispose scope.</summary>
/// <param name="Loss">The loss, without its graph; null if it could not be computed.</param>
/// <param name="GradientNorm">The norm of the gradients before clipping, float64; null if nobody asked for it.</param>
/// <param name="Fault">The number that is not finite; null if the step was applied.</param>
internal readonly record struct DescentStep(Tensor? Loss, Tensor? GradientNorm, (string Name, double Value)? Fault);
