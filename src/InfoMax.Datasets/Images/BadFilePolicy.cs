namespace InfoMax.Datasets;

/// <summary>What <see cref="ImageFolder"/> does with a file that should be an image and cannot be read as one.</summary>
public enum BadFilePolicy
{
    /// <summary>Throw a <see cref="DatasetException"/> for the first bad file in reading order.</summary>
    Fail,

    /// <summary>Skip the file, and list it with the reason in <see cref="ImageSet.Skipped"/>.</summary>
    Skip,
}
