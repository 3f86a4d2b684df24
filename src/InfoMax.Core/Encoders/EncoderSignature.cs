using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>Sizes of an encoder's output, from which objectives build their critics.</summary>
public sealed class EncoderSignature
{
    private EncoderSignature(EncoderOutput output)
    {
        LocalChannels = output.Local.Channels;
        SpatialShape = [.. output.Local.SpatialShape];
        GlobalUnits = output.Global.shape[1];
        GlobalCount = output.Global.dim() == 3 ? output.Global.shape[2] : 1;
        FeatureShapes = output.Features.ToDictionary(feature => feature.Key, feature => (IReadOnlyList<long>)feature.Value.shape[1..]);
        Paired = output.Paired is { } paired ? new EncoderSignature(paired) : null;
    }

    /// <summary>A copy, for tests to change.</summary>
    internal EncoderSignature(EncoderSignature signature)
    {
        (LocalChannels, SpatialShape) = (signature.LocalChannels, signature.SpatialShape);
        (GlobalUnits, GlobalCount) = (signature.GlobalUnits, signature.GlobalCount);
        (FeatureShapes, InputShape) = (signature.FeatureShapes, signature.InputShape);
        (ExampleCount, Paired) = (signature.ExampleCount, signature.Paired);
    }

    /// <summary>Channels of the local feature map, C.</summary>
    public long LocalChannels { get; }

    /// <summary>Sizes of the local map's spatial dimensions.</summary>
    public IReadOnlyList<long> SpatialShape { get; internal init; }

    /// <summary>Number of locations of the local map, L: the product of <see cref="SpatialShape"/>.</summary>
    public long Locations => SpatialShape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Numbers in a local feature map, C·L.</summary>
    public long LocalSize => LocalChannels * Locations;

    /// <summary>Units of a global vector, D.</summary>
    public long GlobalUnits { get; }

    /// <summary>Number of global vectors per example, K.</summary>
    public long GlobalCount { get; internal init; }

    /// <summary>Shapes of one example of each named feature, including "global".</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> FeatureShapes { get; }

    /// <summary>Shape of one example of the encoder's input; empty if unknown.</summary>
    public IReadOnlyList<long> InputShape { get; internal init; } = [];

    /// <summary>
    /// Number of examples in the data, for objectives that remember something about each; null if unknown. The trainer sets it.
    /// </summary>
    public int? ExampleCount { get; internal init; }

    /// <summary>Sizes of the second encoding of a batch (<see cref="EncoderOutput.Paired"/>); null for encoders without one.</summary>
    public EncoderSignature? Paired { get; }

    /// <summary>Encodes a batch in evaluation mode to find the sizes, without changing gradients or running statistics.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="batch">Two examples or more, of the dtype and on the device of the encoder.</param>
    /// <param name="exampleCount">Number of examples in the data; null if unknown.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="ArgumentException">The batch does not fit the encoder.</exception>
    public static EncoderSignature Of(Encoder encoder, Tensor batch, int? exampleCount = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(batch);
        bool training = encoder.training;
        encoder.eval();
        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            return Of(encoder.call(batch), batch.shape[1..], exampleCount);
        }
        finally
        {
            encoder.train(training);
        }
    }

    /// <summary>The sizes of an output.</summary>
    /// <param name="output">An encoder's output.</param>
    /// <param name="inputShape">Shape of one example of the input; null if unknown.</param>
    /// <param name="exampleCount">Number of examples in the data; null if unknown.</param>
    /// <returns>The sizes.</returns>
    public static EncoderSignature Of(EncoderOutput output, IReadOnlyList<long>? inputShape = null, int? exampleCount = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new EncoderSignature(output) { InputShape = inputShape ?? [], ExampleCount = exampleCount };
    }
}
