using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>Finds parts of an encoder's output by name.</summary>
internal static class FeatureOf
{
    /// <summary>Name of the local map.</summary>
    public const string Local = "local";

    /// <summary>The tensor of a name: a feature, or the local map.</summary>
    public static Tensor Named(EncoderOutput output, string name)
    {
        if (output.Features.TryGetValue(name, out Tensor? values))
        {
            return values;
        }

        return name == Local
            ? output.Local.Values
            : throw new ArgumentException(
                $"Expected a feature \"{name}\", got {string.Join(", ", output.Features.Keys.Append(Local))}.", nameof(output));
    }

    /// <summary>The tensor of a name as vectors <c>[N, D]</c> or several per example, <c>[N, D, K]</c>.</summary>
    public static Tensor Vectors(EncoderOutput output, string name)
    {
        Tensor values = Named(output, name);
        return values.dim() <= 3 ? values : values.flatten(2);
    }

    /// <summary>The tensor of a name as locations: vectors <c>[N, D]</c> are one location.</summary>
    public static LocalFeatureMap Map(EncoderOutput output, string name)
    {
        Tensor values = Named(output, name);
        return new LocalFeatureMap(values.dim() == 2 ? values.unsqueeze(2) : values);
    }

    /// <summary>The second encoding of the batch.</summary>
    public static EncoderOutput Paired(EncoderOutput output, string maker) => output.Paired ?? throw new ArgumentException(
        $"Expected an output with a second encoding of the batch (EncoderOutput.Paired), as {maker} gives it in training mode.",
        nameof(output));
}
