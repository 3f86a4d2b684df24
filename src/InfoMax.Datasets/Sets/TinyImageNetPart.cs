namespace InfoMax.Datasets;

/// <summary>A part of Tiny ImageNet.</summary>
public enum TinyImageNetPart
{
    /// <summary>500 images of each class.</summary>
    Train,

    /// <summary>50 images of each class. Results are reported on this part, since the labels of the test part are not public.</summary>
    Validation,

    /// <summary>10,000 images without labels.</summary>
    Test,
}
