namespace InfoMax.Datasets;

/// <summary>What <see cref="ImageFolder"/> does about symbolic links to images and folders.</summary>
/// <remarks>No folder is read twice under any policy, so that links in a circle end; a link back to a folder that has been read is listed in <see cref="ImageSet.Skipped"/>.</remarks>
public enum LinkPolicy
{
    /// <summary>Follow them wherever they lead. One that leads nowhere is a bad file if it has the name of an image.</summary>
    Follow,

    /// <summary>Follow those that lead to somewhere in the folder read; one that leads out of it is a bad file.</summary>
    FollowInside,

    /// <summary>Leave them out and list them in <see cref="ImageSet.Skipped"/>.</summary>
    Skip,

    /// <summary>Throw a <see cref="DatasetException"/> for one.</summary>
    Fail,
}
