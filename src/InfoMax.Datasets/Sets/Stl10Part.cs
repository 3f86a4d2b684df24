namespace InfoMax.Datasets;

/// <summary>A part of STL-10.</summary>
public enum Stl10Part
{
    /// <summary>5,000 labeled images, in ten folds of 1,000.</summary>
    Train,

    /// <summary>8,000 labeled images.</summary>
    Test,

    /// <summary>100,000 images without labels, from these classes and from others.</summary>
    Unlabeled,

    /// <summary>
    /// The training images, or one fold of them, then the unlabeled images with the label <see cref="ImageSet.Unlabeled"/>.
    /// </summary>
    TrainAndUnlabeled,
}
