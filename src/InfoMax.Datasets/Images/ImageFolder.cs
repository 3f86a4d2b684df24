using InfoMax.Foundation;

namespace InfoMax.Datasets;

/// <summary>
/// Reads folders of images, with the sub-folders as classes or without labels. Reads JPEG, PNG, BMP, GIF and WebP, recognized by content,
/// whatever the extension says.
/// </summary>
/// <remarks>
/// <para>
/// Files with the extension of an image are read. Other files (a license, <c>Thumbs.db</c>) and hidden files are ignored, and so are
/// folders that systems and network storage leave behind: <c>__MACOSX</c>, <c>@eaDir</c>, <c>#recycle</c>, <c>$RECYCLE.BIN</c>, <c>System
/// Volume Information</c>, <c>lost+found</c> and the like.
/// </para>
/// <para>
/// A bad file is a file with the extension of an image that holds no image, is damaged, or has a format that is not read. A sub-folder that
/// cannot be listed counts as one. <see cref="ImageFolderOptions.OnBadFile"/> decides what happens. Links and duplicates have policies of
/// their own.
/// </para>
/// <para>
/// Images come in the ordinal order of their relative paths, on every file system. They are turned upright as EXIF says (in JPEG, PNG and
/// WebP), laid on <see cref="ImageFolderOptions.Background"/> where they are transparent, and resized: a side that shrinks is averaged over
/// exact areas, a side that grows is interpolated linearly, and bytes are rounded, halves to the even number. Averages are of the stored
/// (gamma-coded) values.
/// </para>
/// <para>
/// Color profiles are not applied, and only the first frame of an animation is read. <see cref="ImageSet.Losses"/> lists the files
/// concerned.
/// </para>
/// <para>
/// A file gives the same bytes on every run. A JPEG of at least eight times the wanted size is decoded at a reduced size, which changes
/// sharp edges by up to about 16 of 255 gray levels. Decoding uses all cores. For folders that do not fit into memory there is
/// <see cref="ImageFolderSource"/>.
/// </para>
/// </remarks>
public static class ImageFolder
{
    /// <summary>Reads a folder into memory.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to read; by default 64×64 in three channels, failing on the first bad file.</param>
    /// <param name="progress">Receives a report after every few hundred files, on the calling thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>A new set with images <c>[N, C, H, W]</c>; the caller disposes it.</returns>
    /// <exception cref="DatasetException">
    /// The folder is missing or unreadable; it holds no image, or only bad files; it holds a bad file and the policy is to fail; it mixes
    /// images and class folders, or has an unexpected class; or the images do not fit into memory.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was canceled.</exception>
    public static ImageSet Read(
        string path,
        ImageFolderOptions? options = null,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        NativeBackend.EnsureLoadable();
        options ??= new ImageFolderOptions();
        return ImageFiles.Read(path, FolderPlan.Of(path, options, cancellationToken), options, progress, cancellationToken);
    }
}
