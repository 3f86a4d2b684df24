using InfoMax.Encoders;

namespace InfoMax.Samples.Shared;

/// <summary>A small network on 7×7 strided crops of 8 pixels, in place of the paper's residual one where there are two cores.</summary>
internal static class SmallCrops
{
    /// <summary>With one global vector of 64 units.</summary>
    public static EncoderDescription Single(int channels) => With(channels, Layer.Flatten(), Layer.Linear(1024).As("fc"), Layer.Global(64));

    /// <summary>With 25 global vectors, one for each place of a 5×5 map, and no layer above it.</summary>
    public static EncoderDescription Multiple(int channels) =>
        With(channels, Layer.Conv(256, kernel: 3), Layer.Conv(64, kernel: 1).As("global"));

    private static EncoderDescription With(int channels, params Layer[] above) => new()
    {
        InputShape = [channels, 32, 32],
        Layers =
        [
            Layer.Unfold(8),
            Layer.Conv(64, kernel: 4, stride: 2, padding: 1),
            Layer.Conv(128, kernel: 4, stride: 2, padding: 1),
            Layer.Conv(256, kernel: 2),
            Layer.Fold().As("local", "conv"),
            .. above,
        ],
    };
}
