namespace InfoMax.Encoders;

/// <summary>Convolutional encoders for volumes and short video: three spatial dimensions.</summary>
public static class VolumeNetworks
{
    /// <summary>
    /// Three convolutions with step 2, the mean over locations, 512 hidden units: the local map has 64 channels at a quarter of the size, "conv" 128 at an eighth; "pool" is its mean, "fc" the hidden
    /// layer. PyTorch's initial weights.
    /// </summary>
    /// <param name="inputChannels">Channels of the volume, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <param name="size">Side of the volumes; −1 (the default) for any, 8 or more, sides may differ then.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Conv(int inputChannels = 1, int globalUnits = 64, long size = -1) => new()
    {
        InputShape = [inputChannels, size, size, size],
        Layers =
        [
            Layer.Conv(32, kernel: 4, stride: 2, padding: 1),
            Layer.Conv(64, kernel: 4, stride: 2, padding: 1).As("local"),
            Layer.Conv(128, kernel: 4, stride: 2, padding: 1).As("conv"),
            Layer.GlobalAveragePool().As("pool"),
            Layer.Linear(512).As("fc"),
            Layer.Global(globalUnits),
        ],
    };
}
