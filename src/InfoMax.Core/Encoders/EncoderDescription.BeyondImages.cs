namespace InfoMax.Encoders;

/// <content>Convolutional networks for sequences and volumes.</content>
public sealed partial record EncoderDescription
{
    /// <summary>
    /// Convolutional, for sequences: signals, sound, or embedded tokens. For ids of tokens, use <see cref="TransformerEncoder"/>. Four
    /// convolutions with strides 4, 2, 2 and 2, the mean over time, and 1024 hidden units. PyTorch's initial weights.
    /// </summary>
    /// <remarks>
    /// The local map has 128 channels at 1/16 of the length; one location sees 44 steps. Features: "conv" (256 channels at 1/32 of the
    /// length), "pool" (its mean over time) and "fc" (the hidden layer).
    /// </remarks>
    /// <param name="inputChannels">Channels of the sequence, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <param name="length">Length of the sequences, 32 or more; −1 (the default) for any length.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Sequence(int inputChannels = 1, int globalUnits = 64, long length = -1) => new()
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

    /// <summary>
    /// Convolutional, for volumes and short video (three spatial dimensions). Three convolutions with stride 2, the mean over locations,
    /// and 512 hidden units. PyTorch's initial weights.
    /// </summary>
    /// <remarks>
    /// The local map has 64 channels at 1/4 of each side. Features: "conv" (128 channels at 1/8 of each side), "pool" (its mean over
    /// locations) and "fc" (the hidden layer).
    /// </remarks>
    /// <param name="inputChannels">Channels of the volume, 1 or more.</param>
    /// <param name="globalUnits">Units of the global vector, 1 or more.</param>
    /// <param name="size">Side of the volumes, 8 or more; −1 (the default) for any sides, which may differ.</param>
    /// <returns>The description.</returns>
    public static EncoderDescription Volume(int inputChannels = 1, int globalUnits = 64, long size = -1) => new()
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
