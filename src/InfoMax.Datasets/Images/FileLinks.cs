namespace InfoMax.Datasets;

/// <summary>Symbolic links, and where they lead.</summary>
internal static class FileLinks
{
    // The limit of Linux.
    private const int MaxLinks = 40;

    /// <summary>Whether an entry is a link.</summary>
    public static bool Is(FileSystemInfo entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0 && entry.LinkTarget is not null;

    /// <summary>The folder itself, or the target of a link; null if the link leads nowhere.</summary>
    public static DirectoryInfo? Target(DirectoryInfo folder)
    {
        try
        {
            return folder.LinkTarget is null ? folder
                : folder.ResolveLinkTarget(returnFinalTarget: true) is DirectoryInfo { Exists: true } target ? target
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a link leads into a folder, after all links on the way. False for a link that leads nowhere.</summary>
    public static bool LeadsInto(FileSystemInfo link, string folder)
    {
        try
        {
            int left = MaxLinks;
            string root = Path.TrimEndingDirectorySeparator(Real(folder, ref left));
            left = MaxLinks;
            string target = Real(link.FullName, ref left);
            return target == root || target.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A path without links in any of its parts.</summary>
    private static string Real(string path, ref int left)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new FileInfo(real).LinkTarget is string target)
            {
                if (left-- == 0)
                {
                    throw new IOException($"Too many links on the way to {path}.");
                }

                real = Real(Path.Combine(Path.GetDirectoryName(real)!, target), ref left);
            }
        }

        return real;
    }
}
