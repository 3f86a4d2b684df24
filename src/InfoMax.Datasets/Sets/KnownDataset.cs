namespace InfoMax.Datasets;

/// <summary>A data set that can be downloaded: its files, and the folder that a reader takes.</summary>
public sealed class KnownDataset
{
    /// <summary>Describes a data set.</summary>
    /// <param name="id">A short name, also the name of its folder: lower-case letters, digits and '-'.</param>
    /// <param name="title">Its name as people write it.</param>
    /// <param name="page">The page that describes it, with its terms of use.</param>
    /// <param name="files">Its files, at least one, with different names.</param>
    /// <param name="archiveFolder">
    /// If the only file is an archive: the folder in the archive that a reader takes, with '/' between its parts; empty for the whole
    /// archive. Null if files are read as they are.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The id has other characters, there is no file, two files have one name, or an archive folder is given for more than one file or is
    /// no relative path.
    /// </exception>
    public KnownDataset(string id, string title, Uri page, IReadOnlyList<RemoteFile> files, string? archiveFolder = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(files);
        if (!ArchivePaths.IsPlainName(id) || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new ArgumentException($"Expected lower-case letters, digits and '-', got \"{id}\".", nameof(id));
        }

        RemoteFile[] copy = [.. files];
        if (copy.Length == 0 || copy.DistinctBy(file => file.Name, StringComparer.OrdinalIgnoreCase).Count() != copy.Length)
        {
            throw new ArgumentException("Expected at least one file, and files with different names.", nameof(files));
        }

        bool relative = archiveFolder is null or "" || archiveFolder.Split('/').All(ArchivePaths.IsPlainName);
        if (!relative || (archiveFolder is not null && copy.Length != 1))
        {
            throw new ArgumentException(
                $"Expected one archive and a relative folder in it, got {copy.Length} files and \"{archiveFolder}\".",
                nameof(archiveFolder));
        }

        (Id, Title, Page, Files, ArchiveFolder) = (id, title, page, copy, archiveFolder);
    }

    /// <summary>A short name, also the name of its folder.</summary>
    public string Id { get; }

    /// <summary>Its name as people write it.</summary>
    public string Title { get; }

    /// <summary>The page that describes it. The terms of use there bind whoever downloads it.</summary>
    public Uri Page { get; }

    /// <summary>Its files.</summary>
    internal IReadOnlyList<RemoteFile> Files { get; }

    /// <summary>The folder in the archive that a reader takes; null if files are read as they are.</summary>
    internal string? ArchiveFolder { get; }

    /// <summary>Title and page, for instance <c>STL-10 (https://cs.stanford.edu/~acoates/stl10/)</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Title} ({Page})";
}
