using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// The DCGAN-like convolutional encoders of the paper: strided convolutions, each followed by batch normalisation and ReLU, one hidden fully connected
/// layer, and a linear layer of global units. Its features are "conv" (the last convolution), "fc" (the hidden layer) and "global".
/// </summary>
/// <remarks>
/// Convolutions and the hidden layer have no bias, since normalisation follows; the global layer has one, and neither normalisation nor activation.
/// Initial weights are PyTorch's defaults. The local feature map is taken after the ReLU.
/// </remarks>
public sealed class ConvEncoder : Encoder
{
    private const string ConvFeature = "conv";
    private const string FcFeature = "fc";

    private readonly ConvEncoderOptions _options;

    [ComponentName(Name = "conv")]
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _conv;

    [ComponentName(Name = "fc")]
    private readonly Sequential _fc;

    [ComponentName(Name = "global")]
    private readonly Linear _global;

    /// <summary>Builds an encoder from a description.</summary>
    /// <param name="options">The description.</param>
    /// <exception cref="ArgumentException">A value is out of range, or the layers leave no spatial extent.</exception>
    public ConvEncoder(ConvEncoderOptions options)
        : base(nameof(ConvEncoder))
    {
        ArgumentNullException.ThrowIfNull(options);
        long side = options.Validate();
        _options = options;

        var blocks = new List<nn.Module<Tensor, Tensor>>();
        long channels = options.InputChannels;
        foreach (ConvLayer layer in options.Layers)
        {
            blocks.Add(nn.Sequential(
                ("conv", nn.Conv2d(channels, layer.Channels, layer.Kernel, stride: layer.Stride, padding: layer.Padding, bias: false)),
                ("norm", nn.BatchNorm2d(layer.Channels)),
                ("activation", nn.ReLU())));
            channels = layer.Channels;
        }

        _conv = nn.ModuleList([.. blocks]);
        _fc = nn.Sequential(
            ("linear", nn.Linear(channels * side * side, options.HiddenUnits, hasBias: false)),
            ("norm", nn.BatchNorm1d(options.HiddenUnits)),
            ("activation", nn.ReLU()));
        _global = nn.Linear(options.HiddenUnits, options.GlobalUnits);
        RegisterComponents();
        if (options.Seed is { } seed)
        {
            Numerics.Initialization.Reset(this, seed);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => [_options.InputChannels, _options.InputSize, _options.InputSize];

    /// <summary>The description this encoder was built from.</summary>
    public ConvEncoderOptions Options => _options;

    /// <summary>The encoder for 28×28 images: convolutions of 64 and 128 channels (kernel 5, stride 2, padding 2), 1024 hidden units; local map 128×7×7.</summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more; 64 in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>The encoder; the caller disposes it.</returns>
    public static ConvEncoder For28x28(int inputChannels = 1, int globalUnits = 64, int? seed = null) => new(new ConvEncoderOptions
    {
        InputSize = 28,
        InputChannels = inputChannels,
        Layers = [new(64, 5, 2, 2), new(128, 5, 2, 2)],
        LocalLayer = 1,
        GlobalUnits = globalUnits,
        Seed = seed,
    });

    /// <summary>
    /// The encoder of the paper for 32×32 images (CIFAR): convolutions of 64, 128 and 256 channels (kernel 4, stride 2, padding 1), 1024 hidden units; local
    /// map 128×8×8, "conv" 256×4×4.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more; 64 in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>The encoder; the caller disposes it.</returns>
    public static ConvEncoder For32x32(int inputChannels = 3, int globalUnits = 64, int? seed = null) => new(new ConvEncoderOptions
    {
        InputSize = 32,
        InputChannels = inputChannels,
        Layers = [new(64, 4, 2, 1), new(128, 4, 2, 1), new(256, 4, 2, 1)],
        LocalLayer = 1,
        GlobalUnits = globalUnits,
        Seed = seed,
    });

    /// <summary>
    /// The encoder for 64×64 images: convolutions of 64, 128, 256 and 512 channels (kernel 4, stride 2, padding 1), 1024 hidden units; local map
    /// 256×8×8, "conv" 512×4×4.
    /// </summary>
    /// <param name="inputChannels">Channels of the images, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more; 64 in the paper.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>The encoder; the caller disposes it.</returns>
    public static ConvEncoder For64x64(int inputChannels = 3, int globalUnits = 64, int? seed = null) => new(new ConvEncoderOptions
    {
        InputSize = 64,
        InputChannels = inputChannels,
        Layers = [new(64, 4, 2, 1), new(128, 4, 2, 1), new(256, 4, 2, 1), new(512, 4, 2, 1)],
        LocalLayer = 2,
        GlobalUnits = globalUnits,
        Seed = seed,
    });

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input)
    {
        Tensor local = input, features = input;
        for (int layer = 0; layer < _conv.Count; layer++)
        {
            features = _conv[layer].call(features);
            if (layer == _options.LocalLayer)
            {
                local = features;
            }
        }

        Tensor hidden = _fc.call(features.flatten(1));
        return new EncoderOutput(new LocalFeatureMap(local), _global.call(hidden), new Dictionary<string, Tensor>
        {
            [ConvFeature] = features,
            [FcFeature] = hidden,
        });
    }
}
