using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>Sizes of what an encoder gives, found by encoding two examples: what objectives need to build their critics.</summary>
/// <param name="LocalChannels">Channels of the local feature map, C.</param>
/// <param name="Locations">Locations of the local feature map, L.</param>
/// <param name="GlobalUnits">Units of a global vector, D.</param>
/// <param name="Globals">Global vectors per example, K.</param>
public sealed record EncoderSignature(long LocalChannels, long Locations, long GlobalUnits, long Globals)
{
    /// <summary>Numbers in a local feature map, C·L.</summary>
    public long LocalSize => LocalChannels * Locations;

    /// <summary>Sizes of the map's spatial dimensions, whose product is <see cref="Locations"/>.</summary>
    public IReadOnlyList<long> SpatialShape { get; init; } = [Locations];

    /// <summary>Finds the sizes without touching gradients, running statistics or the training flag of the encoder.</summary>
    internal static EncoderSignature Of(Encoder encoder, Tensor batch)
    {
        bool training = encoder.training;
        encoder.eval();
        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            EncoderOutput output = encoder.call(batch);
            return new EncoderSignature(
                output.Local.Channels, output.Local.Locations, output.Global.shape[1], output.Global.dim() == 3 ? output.Global.shape[2] : 1)
            {
                SpatialShape = [.. output.Local.SpatialShape],
            };
        }
        finally
        {
            encoder.train(training);
        }
    }
}
