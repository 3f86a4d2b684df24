namespace InfoMax.Datasets;

/// <summary>How an image with other proportions is brought to the wanted size.</summary>
public enum ImageFit
{
    /// <summary>
    /// Take the largest centered part with the wanted proportions. Nothing is distorted; the ends of the longer side are lost.
    /// </summary>
    CenterCrop,

    /// <summary>Take the whole image, distorted.</summary>
    Stretch,
}
