namespace InfoMax.Weights;

/// <summary>Files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    private const UnixFileMode ReadAndWrite = (UnixFileMode)0b110_110_110;

    /// <summary>Writes a new file beside the old one, waits until it is on the disk, and renames it to replace the old one.</summary>
    /// <remarks>
    /// A failure leaves the old file as it was. A symbolic link stays: the file that it leads to is replaced, or created. On Unix the new
    /// file gets the mode of the old one.
    /// </remarks>
    /// <param name="path">The file to write, or a link to it.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            string whole = Target(Path.GetFullPath(path));
            if (Directory.Exists(whole))
            {
                throw new CheckpointException(path, "expected the name of a file to write, found a folder.");
            }

            // A short name: one made of the file's own could be longer than file systems allow.
            string folder = Path.GetDirectoryName(whole) ?? whole, draft = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
            UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(whole) ? File.GetUnixFileMode(whole) : null;
            using (FileStream file = Create(draft, mode))
            {
                temporary = draft;
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, whole, overwrite: true);
            temporary = null;
            FolderEntries.Flush(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, $"writing failed: {e.Message}", e);
        }
        finally
        {
            if (temporary is not null)
            {
                Remove(temporary);
            }
        }
    }

    /// <summary>The file itself, or what a link to it leads to, there or not.</summary>
    private static string Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Creates a file that nobody can read who could not read the one it replaces.</summary>
    private static FileStream Create(string path, UnixFileMode? mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 1 << 16,
        };
        if (mode is null || OperatingSystem.IsWindows())
        {
            return new FileStream(path, options);
        }

        options.UnixCreateMode = mode & ReadAndWrite;
        var file = new FileStream(path, options);
        try
        {
            // The process's mask has taken bits away.
            File.SetUnixFileMode(file.SafeFileHandle, mode.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Some file systems have no modes. The content matters more.
        }

        return file;
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }
}
