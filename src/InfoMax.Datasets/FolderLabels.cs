namespace InfoMax.Datasets;

/// <summary>Where <see cref="ImageFolder"/> takes labels from.</summary>
public enum FolderLabels
{
    /// <summary>
    /// As <see cref="FromFolders"/> if all images lie in folders and these are at least two (or
    /// <see cref="ImageFolderOptions.ClassNames"/> are given); as <see cref="None"/> if no image, or every image of a single folder, lies
    /// in a folder. Images both beside and inside folders are ambiguous, and a <see cref="DatasetException"/>.
    /// </summary>
    Auto,

    /// <summary>The first folder below the root is the class. Images directly in the root are skipped, and listed as such.</summary>
    FromFolders,

    /// <summary>No labels; folders are only walked.</summary>
    None,
}
