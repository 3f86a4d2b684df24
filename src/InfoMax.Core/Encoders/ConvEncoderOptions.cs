namespace InfoMax.Encoders;

/// <summary>Describes a <see cref="ConvEncoder"/>.</summary>
public sealed record ConvEncoderOptions
{
    /// <summary>Side of the square input in pixels.</summary>
    /// <value>At least 1.</value>
    public required int InputSize { get; init; }

    /// <summary>Channels of the input.</summary>
    /// <value>At least 1; default 3.</value>
    public int InputChannels { get; init; } = 3;

    /// <summary>The convolutions in order.</summary>
    /// <value>At least one.</value>
    public required IReadOnlyList<ConvLayer> Layers { get; init; }

    /// <summary>Index in <see cref="Layers"/> of the convolution whose output is the local feature map.</summary>
    /// <value>From 0 to the number of layers − 1.</value>
    public required int LocalLayer { get; init; }

    /// <summary>Units of the hidden fully connected layer.</summary>
    /// <value>At least 1; default 1024, as in the paper.</value>
    public int HiddenUnits { get; init; } = 1024;

    /// <summary>Units of the global vector.</summary>
    /// <value>At least 1; default 64, as in the paper.</value>
    public int GlobalUnits { get; init; } = 64;

    /// <summary>Seed of the initial weights; null draws them from TorchSharp's global generator.</summary>
    public int? Seed { get; init; }

    /// <summary>Checks the description and returns the side of the last convolution's output.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message lists every fault.</exception>
    internal long Validate()
    {
        var faults = new List<string>();
        void AtLeastOne(long value, string name)
        {
            if (value < 1)
            {
                faults.Add($"{name} must be at least 1, is {value}");
            }
        }

        AtLeastOne(InputSize, nameof(InputSize));
        AtLeastOne(InputChannels, nameof(InputChannels));
        AtLeastOne(HiddenUnits, nameof(HiddenUnits));
        AtLeastOne(GlobalUnits, nameof(GlobalUnits));
        AtLeastOne(Layers?.Count ?? 0, "the number of " + nameof(Layers));
        if (LocalLayer < 0 || LocalLayer >= (Layers?.Count ?? 0))
        {
            faults.Add($"{nameof(LocalLayer)} must be in [0, {Layers?.Count ?? 0}), is {LocalLayer}");
        }

        long side = InputSize;
        for (int i = 0; i < (Layers?.Count ?? 0); i++)
        {
            ConvLayer layer = Layers![i];
            if (layer.Channels < 1 || layer.Kernel < 1 || layer.Stride < 1 || layer.Padding < 0)
            {
                faults.Add($"layer {i} ({layer}) has a size below 1 or a negative padding");
                break;
            }

            long padded = side + (2L * layer.Padding) - layer.Kernel;
            if (padded < 0)
            {
                faults.Add($"layer {i} ({layer}) has a kernel larger than its padded input of side {side + (2L * layer.Padding)}");
                break;
            }

            side = (padded / layer.Stride) + 1;
        }

        return faults.Count == 0
            ? side
            : throw new ArgumentException("The encoder cannot be built: " + string.Join("; ", faults) + ".", "options");
    }
}
