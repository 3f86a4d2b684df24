namespace InfoMax.Datasets;

/// <summary>What <see cref="ImageFolder"/> does with symbolic links to images and folders.</summary>
/// <remarks>
/// No folder is read twice, so links in a circle end. A link back to a folder that has been read is listed in
/// <see cref="ImageSet.Skipped"/>.
/// </remarks>
public enum LinkPolicy
{
    /// <summary>Follow every link. A link that leads nowhere is a bad file if it has the extension of an image.</summary>
    Follow,

    /// <summary>Follow links that stay in the folder read. A link out of it is a bad file.</summary>
    FollowInside,

    /// <summary>Skip links, and list them in <see cref="ImageSet.Skipped"/>.</summary>
    Skip,

    /// <summary>Throw a <see cref="DatasetException"/> for the first link.</summary>
    Fail,
}
