using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>Sizes of what an encoder gives, found by encoding two examples: what objectives need to build their critics.</summary>
/// <param name="LocalChannels">Channels of the local feature map, C.</param>
/// <param name="Locations">Locations of the local feature map, L.</param>
/// <param name="GlobalUnits">Units of a global vector, D.</param>
/// <param name="GlobalCount">Global vectors per example, K.</param>
public sealed record EncoderSignature(long LocalChannels, long Locations, long GlobalUnits, long GlobalCount)
{
    /// <summary>Numbers in a local feature map, C·L.</summary>
    public long LocalSize => LocalChannels * Locations;

    /// <summary>Sizes of the map's spatial dimensions, whose product is <see cref="Locations"/>.</summary>
    public IReadOnlyList<long> SpatialShape { get; init; } = [Locations];

    /// <summary>Shapes of one example of each named feature, among them "global".</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> FeatureShapes { get; init; } = new Dictionary<string, IReadOnlyList<long>>();

    /// <summary>Shape of one example as it goes into the encoder; empty if the sizes were read from an output alone.</summary>
    public IReadOnlyList<long> InputShape { get; init; } = [];

    /// <summary>Number of examples in the data, for objectives that remember something of each; null (the default) if it is not known. The trainer sets it.</summary>
    public int? ExampleCount { get; init; }

    /// <summary>The sizes of the second encoding of a batch, from encoders that give one (<see cref="EncoderOutput.Paired"/>); null for others.</summary>
    public EncoderSignature? Paired { get; init; }

    /// <summary>The sizes in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Finds the sizes, without touching gradients or running statistics.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="batch">Two examples or more, on the device and of the dtype of the encoder.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="ArgumentException">The batch does not fit the encoder.</exception>
    public static EncoderSignature Of(Encoder encoder, Tensor batch)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(batch);
        bool training = encoder.training;
        encoder.eval();
        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            return Of(encoder.call(batch)) with { InputShape = batch.shape[1..] };
        }
        finally
        {
            encoder.train(training);
        }
    }

    /// <summary>The sizes of an output.</summary>
    /// <param name="output">What an encoder made of a batch.</param>
    /// <returns>The sizes.</returns>
    public static EncoderSignature Of(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new EncoderSignature(output.Local.Channels, output.Local.Locations, output.Global.shape[1], output.Global.dim() == 3 ? output.Global.shape[2] : 1)
        {
            SpatialShape = [.. output.Local.SpatialShape],
            FeatureShapes = output.Features.ToDictionary(f => f.Key, f => (IReadOnlyList<long>)f.Value.shape[1..]),
            Paired = output.Paired is { } other ? Of(other) : null,
        };
    }
}
