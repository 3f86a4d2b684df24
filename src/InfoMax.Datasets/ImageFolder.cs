using InfoMax.Foundation;

namespace InfoMax.Datasets;

/// <summary>
/// Reads folders of images: class folders, whose names are the labels, or images without labels. JPEG, PNG, BMP, GIF (the first frame) and
/// WebP, told apart by content, whatever the extension says.
/// </summary>
/// <remarks>
/// <para>
/// Files with the extension of an image are read; others (a license, <c>Thumbs.db</c>), hidden ones and folders that systems and network storage
/// leave behind (<c>__MACOSX</c>, <c>@eaDir</c>, <c>#recycle</c>, <c>$RECYCLE.BIN</c>, <c>lost+found</c> and others) are passed over. A file
/// with such an extension that holds no image, a damaged one or one of a format that is not read is a bad file, as is a folder below that cannot be listed: see
/// <see cref="ImageFolderOptions.OnBadFile"/>. Links and duplicates have policies of their own.
/// </para>
/// <para>
/// Images are in the ordinal order of their relative paths, whatever the file system's. They are turned as EXIF says, laid on
/// <see cref="ImageFolderOptions.Background"/> where they are transparent, and resized by area average. Color profiles are not applied. The same
/// files give the same bytes on every run; decoding uses all cores. For folders that do not fit into memory there is <see cref="ImageFolderSource"/>.
/// </para>
/// </remarks>
public static class ImageFolder
{
    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to read; by default 64×64 in three channels, failing on the first bad file.</param>
    /// <param name="progress">Told after every few hundred files, on the calling thread.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>A new set, images <c>[N, C, H, W]</c>; the caller disposes it.</returns>
    /// <exception cref="DatasetException">
    /// The folder is missing or unreadable; holds no image, or only bad ones; holds a bad file and the policy is to fail; mixes images and class
    /// folders, or has a class that is not expected; or the images do not fit into the memory of the machine.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was canceled.</exception>
    public static ImageSet Read(string path, ImageFolderOptions? options = null, IProgress<DatasetProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        NativeBackend.EnsureLoadable();
        options ??= new ImageFolderOptions();
        FolderPlan plan = FolderPlan.Of(path, options, cancellation);
        return ImageFiles.Read(path, plan.Names, plan.Label, plan.ClassNames, plan.Skipped, options, progress, cancellation);
    }
}
