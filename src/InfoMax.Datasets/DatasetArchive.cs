namespace InfoMax.Datasets;

/// <summary>Unpacks data sets: tar, gzip-compressed tar and zip archives, told apart by content.</summary>
/// <remarks>
/// An archive is trusted with nothing. Names that leave the folder, are absolute or cannot be file names on every system are refused; so are links,
/// devices and encrypted entries, a name that comes twice (letters of either case), an entry of another length than its header says or, in a zip
/// archive, with another checksum, and an archive that is truncated or unpacks to more than the limits. File modes and times are not restored.
/// </remarks>
public static class DatasetArchive
{
    /// <summary>Unpacks an archive into a new folder, which is there only once all of it is.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">
    /// The folder to make. Until it is whole it is called the same with <c>.part</c> behind; what is left there of an earlier attempt is deleted, so
    /// no two processes should unpack to the same folder at once.
    /// </param>
    /// <param name="limits">How much may come out; by default 16 GiB in a million files and folders.</param>
    /// <param name="progress">Told how many bytes of the archive have been read, on the calling thread.</param>
    /// <param name="cancellation">Stops while unpacking, and deletes what there is.</param>
    /// <exception cref="DatasetException">
    /// The archive is missing, unreadable, damaged, of another format or refused (the message names the entry), the folder is there already, or it
    /// cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">Unpacking was canceled.</exception>
    public static void Extract(
        string archive, string folder, ArchiveLimits? limits = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        limits ??= new ArchiveLimits();
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(target))
        {
            throw new DatasetException(target, "expected nothing there before unpacking, found a file or folder.");
        }

        string part = SideFile.Of(target, ".part");
        try
        {
            Delete(part);
            Directory.CreateDirectory(part);
            DatasetFile.Read(archive, file =>
            {
                Unpack(archive, file, new ArchiveWriter(archive, part, limits, file, progress, cancellation));
                return true;
            });
            Directory.Move(part, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(target, $"expected a folder that can be written, and writing failed: {e.Message}", e);
        }
        finally
        {
            TryDelete(part);
        }
    }

    private static void Unpack(string archive, FileStream file, ArchiveWriter writer)
    {
        Span<byte> start = stackalloc byte[4];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        try
        {
            if (start is [(byte)'P', (byte)'K', ..])
            {
                ZipUnpacking.Unpack(file, writer);
            }
            else
            {
                using Stream content = DatasetFile.Decompressed(file, out bool gzip);
                long length = TarUnpacking.Unpack(content, writer);
                if (gzip)
                {
                    DatasetFile.CheckGzipEnd(archive, file, length);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or FormatException
            or OverflowException or NotSupportedException or InvalidOperationException and not ObjectDisposedException)
        {
            string found = DatasetFile.Kind(start);
            throw new DatasetException(
                archive,
                $"expected an intact tar, tar.gz or zip archive, found damaged or truncated data{(writer.Entry is null ? $", {found}" : $" after entry {DatasetFile.Shown(writer.Entry)}")} ({DatasetFile.Shown(e.Message)}).",
                e);
        }
    }

    private static void Delete(string part)
    {
        if (Directory.Exists(part))
        {
            Directory.Delete(part, recursive: true);
        }
    }

    private static void TryDelete(string part)
    {
        try
        {
            Delete(part);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The fault that led here is worth more than this one; the next attempt deletes it.
        }
    }
}
