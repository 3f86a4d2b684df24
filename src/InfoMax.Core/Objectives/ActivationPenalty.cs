using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Penalizes large activations of a feature: the mean of their squares. Without it, the encoder can satisfy an unbounded critic with ever
/// larger vectors.
/// </summary>
/// <remarks>
/// The loss is E[a²] over all values of the feature. It pulls every unit toward 0, so that a large weight costs information. Unlike
/// clipping of scores it leaves gradients of the mutual information unchanged. Metrics: "norm", the root mean square.
/// </remarks>
public sealed class ActivationPenalty : Objective
{
    /// <summary>Creates the objective.</summary>
    /// <param name="weight">Factor in the total loss, finite and at least 0.</param>
    /// <param name="feature">
    /// Name of the feature in <see cref="EncoderOutput.Features"/>, or "local" for the local map; default "global".
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is out of range.</exception>
    public ActivationPenalty(double weight = 1e-3, string feature = EncoderOutput.GlobalFeature)
        : base("activation", ObjectiveNeeds.None)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(feature);
        Weight = weight;
        Feature = feature;
    }

    /// <summary>Name of the feature.</summary>
    public string Feature { get; }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor values = FeatureOf.Named(output, Feature);
        Tensor loss = values.square().mean();
        return new ObjectiveResult(loss, metrics: new Dictionary<string, Tensor> { ["norm"] = loss.detach().sqrt() });
    }
}
