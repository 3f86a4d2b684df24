using InfoMax.Weights;

namespace InfoMax.Datasets;

/// <summary>Unpacks data sets from tar, tar.gz and zip archives, recognized by content.</summary>
/// <remarks>
/// <para>An archive is not trusted. These are refused, with the name of the entry:</para>
/// <list type="bullet">
/// <item>
/// names that leave the folder, are absolute, or cannot be file names on every system (also names of more than 255 bytes in UTF-8);
/// </item>
/// <item>names that come twice, in letters of either case and in any Unicode normal form;</item>
/// <item>links, devices and encrypted entries;</item>
/// <item>entries of another length than their header says, or, in a zip archive, with another checksum;</item>
/// <item>archives that are truncated, or unpack to more than the limits.</item>
/// </list>
/// <para>File modes and times are not restored.</para>
/// </remarks>
public static class DatasetArchive
{
    /// <summary>Unpacks an archive into a new folder. The folder appears under its name when everything is unpacked.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">
    /// The folder to create. During unpacking it has <c>.part</c> behind its name. A <c>.part</c> of an earlier attempt is deleted, so two
    /// processes must not unpack to one folder at once.
    /// </param>
    /// <param name="maxBytes">The most bytes that may come out, counted as they come; by default 16 GiB.</param>
    /// <param name="maxEntries">The most files and folders that the archive may list; by default a million.</param>
    /// <param name="progress">Receives the bytes of the archive that are read, on the calling thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops, and deletes what has been unpacked.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    /// <exception cref="DatasetException">
    /// The archive is missing, unreadable, damaged, of another format or refused; the folder exists already; or the folder cannot be
    /// written.
    /// </exception>
    /// <exception cref="OperationCanceledException">Unpacking was canceled.</exception>
    public static void Extract(
        string archive,
        string folder,
        long maxBytes = ArchiveLimits.UsualBytes,
        int maxEntries = ArchiveLimits.UsualEntries,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
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
                Unpack(archive, file, new ArchiveWriter(archive, part, new(maxBytes, maxEntries), file, progress, cancellationToken));
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
        Span<byte> start = stackalloc byte[PointerFile.Length];
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
            string where = writer.Entry is null ? $", {DatasetFile.Kind(start)}" : $" after entry {DatasetFile.Shown(writer.Entry)}";
            throw new DatasetException(
                archive,
                $"expected an intact tar, tar.gz or zip archive, found damaged or truncated data{where} ({DatasetFile.Shown(e.Message)}).",
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
            // The failure that led here matters more; the next attempt deletes the folder.
        }
    }
}
