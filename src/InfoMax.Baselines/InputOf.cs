using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>Finds what the objectives of this room need beside features.</summary>
internal static class InputOf
{
    /// <summary>The batch that was encoded.</summary>
    public static Tensor Batch(EncoderOutput output, IReadOnlyList<long> shape)
    {
        Tensor input = output.Input ?? throw new ArgumentException(
            "Expected the batch with the encoder's output: the trainer passes it; in a loop of your own call output.WithInput(batch).",
            nameof(output));
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
        : throw new ArgumentException(
            $"Expected the shape of the input, which {method} rebuilds: take EncoderSignature.Of(encoder, batch), or give inputShape "
            + "to EncoderSignature.Of(output, inputShape).",
            nameof(shape));

    /// <summary>
    /// The shape of an input and a decoder for it, of a method with one global vector per example. The objective owns the decoder.
    /// </summary>
    public static (IReadOnlyList<long> Shape, nn.Module<Tensor, Tensor> Decoder) Decoded(
        EncoderSignature shape, string method, Func<long, IReadOnlyList<long>, int?, nn.Module<Tensor, Tensor>> decoder, int? seed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        OneGlobal(shape, method);
        IReadOnlyList<long> input = Shape(shape, method);
        return (input, decoder(shape.GlobalUnits, input, RandomStream.Of(seed, "autoencoder")?.Of("decoder").Seed()));
    }

    /// <summary>The default decoder, <see cref="ReconstructionDecoder"/>.</summary>
    public static nn.Module<Tensor, Tensor> DefaultDecoder(long units, IReadOnlyList<long> shape, int? seed) =>
        new ReconstructionDecoder(units, shape, seed: seed);

    /// <summary>A fault unless there is one global vector per example.</summary>
    public static void OneGlobal(EncoderSignature shape, string method)
    {
        if (shape.GlobalCount != 1)
        {
            throw new ArgumentException(
                $"Expected an encoder with one global vector per example for {method}, got {shape.GlobalCount}.", nameof(shape));
        }
    }
}
