
namespace InfoMax.Datasets;

/// <summary>The image files below a folder, in ordinal order of their relative paths.</summary>
internal sealed class FolderListing
{
    // Images of formats that are not read are not ignored: they are bad files, and the policy decides.
    private static readonly HashSet<string> ImageExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif", ".webp",
        ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl",
    };

    // What systems and network storage leave behind: thumbnails, trash, snapshots.
    private static readonly HashSet<string> Leftovers = new(StringComparer.OrdinalIgnoreCase)
    {
        "__MACOSX", "Network Trash Folder", "Temporary Items", "$RECYCLE.BIN", "System Volume Information", "found.000", "lost+found",
        "@eaDir", "@tmp", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "~snapshot",
    };

    // What .NET returns for something that does not exist.
    private const FileAttributes Unknown = (FileAttributes)(-1);

    private readonly string _root;
    private readonly ImageFolderOptions _options;
    private readonly List<string> _images = [];
    private readonly List<FileNote> _skipped = [];
    private readonly SortedDictionary<string, int> _others = new(StringComparer.Ordinal);

    private FolderListing(string root, ImageFolderOptions options) => (_root, _options) = (root, options);

    /// <summary>Paths relative to the root, with '/' between the parts.</summary>
    public IReadOnlyList<string> Images => _images;

    /// <summary>Links and folders that were left out.</summary>
    public IReadOnlyList<FileNote> Skipped => _skipped;

    /// <summary>Lists a folder. No folder is entered twice, so links in a circle end.</summary>
    public static FolderListing Of(string root, ImageFolderOptions options, CancellationToken cancellationToken)
    {
        DatasetFile.RequireFolder(root);
        var listing = new FolderListing(root, options);
        listing.Walk(cancellationToken);
        listing._images.Sort(StringComparer.Ordinal);
        return listing;
    }

    /// <summary>The other files by extension, for the message of an exception.</summary>
    public string Others()
    {
        string others = _others.Count == 0
            ? "no files"
            : string.Join(", ", _others.Take(8).Select(o => $"{o.Value} × {(o.Key.Length == 0 ? "no extension" : o.Key)}"));
        return _skipped.Count == 0 ? others : $"{others}, and {_skipped.Count} left out (the first, {_skipped[0]})";
    }

    private void Walk(CancellationToken cancellationToken)
    {
        var entered = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<(DirectoryInfo Folder, string Prefix)>();
        waiting.Push((new DirectoryInfo(_root), string.Empty));
        while (waiting.TryPop(out (DirectoryInfo Folder, string Prefix) next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string name = next.Prefix.TrimEnd('/');
            if (FileLinks.Target(next.Folder) is not DirectoryInfo real)
            {
                continue;
            }

            if (!entered.Add(real.FullName))
            {
                _skipped.Add(new FileNote(name, "expected every folder once, found a link to a folder that is read already."));
                continue;
            }

            var folders = new List<DirectoryInfo>();
            foreach (FileSystemInfo entry in Entries(real, name))
            {
                if (!Take(entry, next.Prefix))
                {
                    continue;
                }

                if (entry is DirectoryInfo folder)
                {
                    folders.Add(folder);
                }
                else if (ImageExtensions.Contains(entry.Extension))
                {
                    _images.Add(next.Prefix + entry.Name);
                }
                else
                {
                    _others[entry.Extension] = _others.GetValueOrDefault(entry.Extension) + 1;
                }
            }

            // The last in is the first out. Of two links to one folder, the first in order wins on every system.
            foreach (DirectoryInfo folder in folders.OrderByDescending(f => f.Name, StringComparer.Ordinal))
            {
                waiting.Push((folder, $"{next.Prefix}{folder.Name}/"));
            }
        }
    }

    private FileSystemInfo[] Entries(DirectoryInfo folder, string name)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos().Where(Visible)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = $"expected a readable folder, and listing it failed: {e.Message}";
            if (name.Length == 0)
            {
                throw new DatasetException(_root, reason, e);
            }

            Bad(name, reason, e);
            return [];
        }
    }

    /// <summary>Whether to read an entry, by the policy for links.</summary>
    private bool Take(FileSystemInfo entry, string prefix)
    {
        bool other = entry is FileInfo && !ImageExtensions.Contains(entry.Extension);
        if (_options.Links == LinkPolicy.Follow || other || !FileLinks.Is(entry))
        {
            return true;
        }

        string name = prefix + entry.Name;
        switch (_options.Links)
        {
            case LinkPolicy.FollowInside when FileLinks.LeadsInto(entry, _root):
                return true;
            case LinkPolicy.FollowInside:
                Bad(name, $"expected links that lead into the folder read, found a link to {entry.LinkTarget}.");
                return false;
            case LinkPolicy.Skip:
                _skipped.Add(new FileNote(name, $"expected no links, found a link to {entry.LinkTarget}."));
                return false;
            default:
                throw new DatasetException(Path.Combine(_root, name), $"expected no links, found a link to {entry.LinkTarget}.");
        }
    }

    private void Bad(string name, string reason, Exception? cause = null) => _skipped.Add(_options.OnBadFile == BadFilePolicy.Skip
        ? new FileNote(name, reason)
        : throw new DatasetException(Path.Combine(_root, name), reason, cause));

    /// <summary>
    /// Whether an entry is neither hidden nor left behind. An entry without attributes, such as a file whose name is not valid text, is
    /// visible: it is a bad file if it has the extension of an image.
    /// </summary>
    private static bool Visible(FileSystemInfo entry)
    {
        bool hidden = entry.Attributes != Unknown && (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0;
        return !hidden && entry.Name[0] != '.' && !(entry is DirectoryInfo && Leftovers.Contains(entry.Name));
    }
}
