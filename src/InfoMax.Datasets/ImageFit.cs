namespace InfoMax.Datasets;

/// <summary>How an image of one shape is brought to another.</summary>
public enum ImageFit
{
    /// <summary>The largest centered part with the wanted proportions: nothing is distorted, the edges of the longer side are lost.</summary>
    CenterCrop,

    /// <summary>The whole image, distorted where its proportions differ.</summary>
    Stretch,
}
