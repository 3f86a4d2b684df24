using InfoMax.Data;
using InfoMax.Encoders;
using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>Small images of three classes: stripes across, stripes down, and a spot, each somewhere and with noise; pixels in [−1,
/// 1].</summary>
internal static class GeneratedImages
{
    public static LabeledData Make(int count, int seed, int side = 16, int channels = 1)
    {
        var random = new Random(seed);
        var pixels = new float[count, channels, side, side];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 3)];
        for (int n = 0; n < count; n++)
        {
            (double shift, double di, double dj) = (random.NextDouble() * 2 * Math.PI, random.NextDouble() * side,
                random.NextDouble() * side);
            for (int i = 0; i < side; i++)
            {
                for (int j = 0; j < side; j++)
                {
                    double value = labels[n] switch
                    {
                        0 => Math.Sin((0.8 * i) + shift),
                        1 => Math.Sin((0.8 * j) + shift),
                        _ => (2 * Math.Exp(-(((i - di) * (i - di)) + ((j - dj) * (j - dj))) / 12)) - 1,
                    };
                    for (int c = 0; c < channels; c++)
                    {
                        pixels[n, c, i, j] = (float)Math.Clamp((0.8 * value) + (0.2 * (random.NextDouble() - 0.5)), -1, 1);
                    }
                }
            }
        }

        using Tensor inputs = tensor(pixels);
        return new LabeledData(inputs, labels);
    }

    /// <summary>A small encoder of "conv" and "global" features, without the biased convolutions that leave a tensor of TorchSharp
    /// behind.</summary>
    public static ConvEncoder Encoder(int seed, int side = 16, int channels = 1, int globalUnits = 8) => new(
        new EncoderDescription
        {
            InputShape = [channels, side, side],
            Layers = [Layer.Conv(8, 4, 2, 1).As("local"), Layer.Conv(16, 4, 2, 1).As("conv"), Layer.Flatten(), Layer.Global(globalUnits)],
        },
        seed);
}
