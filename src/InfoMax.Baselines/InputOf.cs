using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>Finds what the objectives of this room need beside features.</summary>
internal static class InputOf
{
    /// <summary>The batch that was encoded.</summary>
    public static Tensor Batch(EncoderOutput output, IReadOnlyList<long> shape)
    {
        Tensor input = output.Input ?? throw new ArgumentException(
            "Expected the batch with the encoder's output: the trainer hands it on; in a loop of your own call output.WithInput(batch) before the loss.", nameof(output));
        TensorGuard.HasShape(input, [-1, .. shape], nameof(output));
        TensorGuard.SameKind(input, output.Global, "input", "output");
        return input;
    }

    /// <summary>The code of each example, of an encoder that gives one.</summary>
    public static Tensor Code(EncoderOutput output, long units)
    {
        TensorGuard.HasShape(output.Global, [-1, units], nameof(output));
        return output.Global;
    }

    /// <summary>The shape of an input, or a fault.</summary>
    public static IReadOnlyList<long> Shape(EncoderSignature shape, string method) => shape.InputShape.Count > 0
        ? shape.InputShape
        : throw new ArgumentException($"Expected the shape of the input, which {method} rebuilds: take EncoderSignature.Of(encoder, batch), or give inputShape to EncoderSignature.Of(output, inputShape).", nameof(shape));

    /// <summary>A fault unless there is one global vector per example.</summary>
    public static void OneGlobal(EncoderSignature shape, string method)
    {
        if (shape.GlobalCount != 1)
        {
            throw new ArgumentException($"Expected an encoder with one global vector per example for {method}, got {shape.GlobalCount}.", nameof(shape));
        }
    }
}
