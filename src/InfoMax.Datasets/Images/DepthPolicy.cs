namespace InfoMax.Datasets;

/// <summary>What <see cref="ImageFolder"/> does with an image of more than 8 bits per sample, such as a PNG of 16 bits.</summary>
public enum DepthPolicy
{
    /// <summary>Treat the file as a bad file: see <see cref="ImageFolderOptions.OnBadFile"/>.</summary>
    Fail,

    /// <summary>Reduce it to 8 bits, and list it in <see cref="ImageSet.Losses"/>. Samples 0 to 65535 become 0 to 255.</summary>
    Reduce,

    /// <summary>
    /// Keep the depth of all images: float32 in [−1, 1] in place of bytes. Sample 0 becomes −1, and
    /// <see cref="ImageFolderOptions.MaxSample"/> becomes 1.
    /// </summary>
    Keep,
}
