namespace InfoMax.Datasets;

/// <summary>The image files below a folder, in ordinal order of their relative paths.</summary>
internal sealed class FolderListing
{
    // Pictures of formats that are not read are not passed over in silence: they are bad files, and the policy decides.
    private static readonly HashSet<string> ImageExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif", ".webp",
        ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl",
    };

    private readonly string _root;
    private readonly List<string> _images = [];
    private readonly SortedDictionary<string, int> _others = new(StringComparer.Ordinal);

    private FolderListing(string root) => _root = root;

    /// <summary>Paths relative to the root, with '/' between the parts.</summary>
    public IReadOnlyList<string> Images => _images;

    /// <summary>Walks a folder. Links are followed, but no folder is entered twice, so that loops end.</summary>
    public static FolderListing Of(string root, CancellationToken cancellation)
    {
        DatasetFile.RequireFolder(root);
        var listing = new FolderListing(root);
        try
        {
            listing.Walk(cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(root, $"expected a readable folder, and listing it failed: {e.Message}", e);
        }

        listing._images.Sort(StringComparer.Ordinal);
        return listing;
    }

    /// <summary>What else is there, by extension, for the message of an exception.</summary>
    public string Others() => _others.Count == 0
        ? "no files"
        : string.Join(", ", _others.Take(8).Select(o => $"{o.Value} × {(o.Key.Length == 0 ? "no extension" : o.Key)}"));

    private void Walk(CancellationToken cancellation)
    {
        var entered = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<(DirectoryInfo Folder, string Prefix)>();
        waiting.Push((new DirectoryInfo(_root), string.Empty));
        while (waiting.TryPop(out (DirectoryInfo Folder, string Prefix) next))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Target(next.Folder) is not DirectoryInfo real || !entered.Add(real.FullName))
            {
                continue;
            }

            var folders = new List<DirectoryInfo>();
            foreach (FileSystemInfo entry in real.EnumerateFileSystemInfos().Where(Visible))
            {
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

            // The stack hands out last in first; with two links to one folder the first in order must win everywhere.
            foreach (DirectoryInfo folder in folders.OrderByDescending(f => f.Name, StringComparer.Ordinal))
            {
                waiting.Push((folder, $"{next.Prefix}{folder.Name}/"));
            }
        }
    }

    private static bool Visible(FileSystemInfo entry) =>
        entry.Name[0] != '.' && entry.Name != "__MACOSX" && (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) == 0;

    /// <summary>The folder itself, or what a link to it leads to; null if that is nowhere.</summary>
    private static DirectoryInfo? Target(DirectoryInfo folder)
    {
        try
        {
            return folder.LinkTarget is null ? folder : folder.ResolveLinkTarget(returnFinalTarget: true) is DirectoryInfo { Exists: true } target ? target : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
