namespace InfoMax.Datasets;

/// <summary>Where <see cref="ImageFolder"/> takes labels from.</summary>
public enum FolderLabels
{
    /// <summary>
    /// Decide by the folder. If all images lie in at least two sub-folders, or <see cref="ImageFolderOptions.ClassNames"/> is set: as
    /// <see cref="FromFolders"/>. If no image lies in a sub-folder, or all lie in one: as <see cref="None"/>. Images both beside and in
    /// sub-folders are ambiguous: a <see cref="DatasetException"/>.
    /// </summary>
    Auto,

    /// <summary>
    /// The first folder below the root is the class. Images directly in the root are skipped, and listed in <see cref="ImageSet.Skipped"/>.
    /// </summary>
    FromFolders,

    /// <summary>No labels. Sub-folders are only walked.</summary>
    None,
}
