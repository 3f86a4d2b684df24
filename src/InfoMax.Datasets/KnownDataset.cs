namespace InfoMax.Datasets;

/// <summary>A data set that can be downloaded: its files, and what to do with them.</summary>
public sealed record KnownDataset
{
    /// <summary>Describes a data set.</summary>
    /// <param name="id">A short name, also that of its folder: lower-case letters, digits and '-'.</param>
    /// <param name="title">Its name.</param>
    /// <param name="page">Where it is described, with its terms of use.</param>
    /// <param name="files">Its files, at least one, of different names.</param>
    /// <param name="archiveFolder">
    /// If the one file is an archive: the folder in it that a reader takes, with '/' between its parts, or empty for all of it. Null if files are
    /// read as they are.
    /// </param>
    /// <exception cref="ArgumentException">An argument is not as said.</exception>
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
            throw new ArgumentException("Expected at least one file, and files of different names.", nameof(files));
        }

        if (archiveFolder is not null && (copy.Length != 1 || (archiveFolder.Length > 0 && !archiveFolder.Split('/').All(ArchivePaths.IsPlainName))))
        {
            throw new ArgumentException($"Expected one archive and a relative folder in it, got {copy.Length} files and \"{archiveFolder}\".", nameof(archiveFolder));
        }

        Id = id;
        Title = title;
        Page = page;
        Files = copy;
        ArchiveFolder = archiveFolder;
    }

    /// <summary>A short name, also that of its folder.</summary>
    public string Id { get; }

    /// <summary>Its name.</summary>
    public string Title { get; }

    /// <summary>Where it is described, with its terms of use: these bind whoever downloads it.</summary>
    public Uri Page { get; }

    /// <summary>Its files.</summary>
    public IReadOnlyList<RemoteFile> Files { get; }

    /// <summary>If its file is an archive, the folder in it that a reader takes; else null.</summary>
    public string? ArchiveFolder { get; }
}
