using InfoMax.Encoders.Layers;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// An encoder built layer by layer from an <see cref="EncoderDescription"/>: a network of the paper
/// (<see cref="EncoderDescription.PaperBasic32x32"/> and others), a residual network (<see cref="EncoderDescription.ResNet18"/>), one for
/// sequences or volumes (<see cref="EncoderDescription.Sequence"/>, <see cref="EncoderDescription.Volume"/>), or your own.
/// </summary>
/// <remarks>
/// Modules are saved under the kind of their layer and its number among that kind ("conv_1.conv.weight", "linear_1.norm.bias"), so that
/// adding a pool renames nothing.
/// </remarks>
public sealed class ConvEncoder : Encoder
{
    private readonly LayerNetwork _network;
    private readonly bool _anySize;

    /// <summary>Builds an encoder from a description.</summary>
    /// <param name="description">The description.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">
    /// Layers have values out of range, do not fit together or lack names; the message lists every fault.
    /// </exception>
    public ConvEncoder(EncoderDescription description, int? seed = null)
        : base(nameof(ConvEncoder))
    {
        ArgumentNullException.ThrowIfNull(description);
        IReadOnlyList<LayerShape> shapes = description.Check();
        Description = description;
        _anySize = description.InputShape.Any(size => size < 0);
        _network = LayerNetwork.Build(description.InputShape, description.Layers, shapes, description.Weights, seed);
        _network.RegisterIn(this);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => Description.InputShape;

    /// <summary>The description this encoder was built from.</summary>
    public EncoderDescription Description { get; }

    /// <summary>
    /// The encoder for 28×28 images: convolutions of 64 and 128 channels (kernel 5, stride 2, padding 2), 1024 hidden units; local map
    /// 128×7×7.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more; 64 in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>The encoder; the caller disposes it.</returns>
    public static ConvEncoder For28x28(int inputChannels = 1, int globalUnits = 64, int? seed = null) =>
        new(EncoderDescription.PaperBasic28x28(inputChannels, globalUnits), seed);

    /// <summary>
    /// The encoder of the paper for 32×32 images (CIFAR): convolutions of 64, 128 and 256 channels (kernel 4, stride 2, padding 1), 1024
    /// hidden units; local map 128×8×8, "conv" 256×4×4.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more; 64 in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>The encoder; the caller disposes it.</returns>
    public static ConvEncoder For32x32(int inputChannels = 3, int globalUnits = 64, int? seed = null) =>
        new(EncoderDescription.PaperBasic32x32(inputChannels, globalUnits), seed);

    /// <summary>
    /// The encoder for 64×64 images: convolutions of 64, 128, 256 and 512 channels (kernel 4, stride 2, padding 1), 1024 hidden units;
    /// local map 256×8×8, "conv" 512×4×4.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more; 64 in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>The encoder; the caller disposes it.</returns>
    public static ConvEncoder For64x64(int inputChannels = 3, int globalUnits = 64, int? seed = null) =>
        new(EncoderDescription.PaperBasic64x64(inputChannels, globalUnits), seed);

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_anySize)
        {
            CheckSize(input);
        }

        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Tensor global = _network.Run(input, features.Add);
        Tensor local = features[EncoderDescription.LocalTap];
        features.Remove(EncoderDescription.LocalTap);
        features.Remove(EncoderDescription.GlobalTap);
        return new EncoderOutput(new LocalFeatureMap(local), global.dim() > 3 ? global.flatten(2) : global, features);
    }

    /// <summary>With unknown sizes, an input may still be too small for a kernel.</summary>
    private void CheckSize(Tensor input)
    {
        var faults = new List<string>();
        LayerNetwork.Infer(input.shape[1..], [.. Description.Layers.TakeWhile(layer => layer is not OwnLayer)], faults);
        if (faults.Count > 0 && Description.Layers[0] is not OwnLayer)
        {
            throw new ArgumentException($"The input is too small for the encoder: {string.Join("; ", faults)}.", nameof(input));
        }
    }
}
