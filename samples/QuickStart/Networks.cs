using InfoMax.Datasets;
using InfoMax.Encoders;

namespace InfoMax.QuickStart;

/// <summary>The paper's encoder for the size of some images.</summary>
internal static class Networks
{
    public static ConvEncoder For(ImageSet images, int seed)
    {
        int channels = (int)images.Images.shape[1];
        return images.Images.shape[2] switch
        {
            28 => ConvEncoder.For28x28(channels, seed: seed),
            64 => ConvEncoder.For64x64(channels, seed: seed),
            _ => ConvEncoder.For32x32(channels, seed: seed),
        };
    }
}
