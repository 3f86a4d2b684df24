namespace InfoMax.Encoders;

/// <summary>Convolutional encoders for sequences: signals, sound, or tokens that are embedded already. For ids of tokens, see <see cref="TransformerEncoder"/>.</summary>
public static class SequenceNetworks
{
    /// <summary>
    /// Four convolutions with steps 4, 2, 2 and 2, the mean over time, 1024 hidden units. The local map has 128 channels at a sixteenth of the length, of which a location has seen 44 steps; "conv" has 256
    /// channels at half of that, "pool" is its mean over time, "fc" the hidden layer. PyTorch's initial weights.
    /// </summary>
    /// <param name="inputChannels">Channels of the sequence, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <param name="length">Length of the sequences; −1 (the default) for any, 32 or more.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Conv(int inputChannels = 1, int globalUnits = 64, long length = -1) => new()
    {
        InputShape = [inputChannels, length],
        Layers =
        [
            Layer.Conv(64, kernel: 8, stride: 4, padding: 2),
            Layer.Conv(128, kernel: 4, stride: 2, padding: 1),
            Layer.Conv(128, kernel: 4, stride: 2, padding: 1).As("local"),
            Layer.Conv(256, kernel: 4, stride: 2, padding: 1).As("conv"),
            Layer.GlobalAveragePool().As("pool"),
            Layer.Linear(1024).As("fc"),
            Layer.Global(globalUnits),
        ],
    };
}
