
namespace InfoMax.Datasets;

/// <summary>Writes the entries of an archive below a folder, within limits.</summary>
internal sealed class ArchiveWriter(
    string archive,
    string folder,
    ArchiveLimits limits,
    FileStream file,
    IProgress<DatasetProgress>? progress,
    CancellationToken cancellationToken)
{
    private const long ReportEvery = 1 << 22;
    private readonly ArchivePaths _paths = new(archive, limits.MaxEntries);
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private long _written;
    private long _reported;

    /// <summary>The archive.</summary>
    public string Archive => archive;

    /// <summary>The limits.</summary>
    public ArchiveLimits Limits => limits;

    /// <summary>The entry that is being unpacked, or was the last; null before the first.</summary>
    public string? Entry { get; private set; }

    /// <summary>The exception for an entry.</summary>
    public DatasetException Fault(string name, string problem) => _paths.Fault(name, problem);

    /// <summary>Creates a folder.</summary>
    public void Folder(string name)
    {
        Entry = name;
        cancellationToken.ThrowIfCancellationRequested();
        if (_paths.Folder(name) is string path)
        {
            Make(Path.Combine(folder, path));
        }
    }

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its name in the archive.</param>
    /// <param name="stated">Its length by the header.</param>
    /// <param name="checksum">Its CRC-32 by the header; null if the format has none.</param>
    /// <param name="content">Its content; null if it is empty.</param>
    public void File(string name, long stated, uint? checksum, Stream? content)
    {
        Entry = name;
        string path = Path.Combine(folder, _paths.File(name));
        Make(Path.GetDirectoryName(path)!);
        var crc = default(Crc32);
        long length = 0;
        FileStream Create() => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using (FileStream target = Writing(path, Create))
        {
            int read;
            while ((read = Fill(content)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                length += read;
                _written += read;
                if (length > stated)
                {
                    throw Fault(name, $"expected {stated} bytes, as the header says, found more");
                }

                if (_written > limits.MaxBytes)
                {
                    throw Fault(name, $"expected an archive that unpacks to at most {limits.MaxBytes} bytes, found more");
                }

                if (checksum is not null)
                {
                    crc.Add(_buffer.AsSpan(0, read));
                }

                Writing(path, () =>
                {
                    target.Write(_buffer, 0, read);
                    return true;
                });
                Report(file.Position, force: false);
            }
        }

        if (length != stated)
        {
            throw Fault(name, $"expected {stated} bytes, as the header says, found {length}");
        }

        if (checksum is uint wanted && crc.Value != wanted)
        {
            throw Fault(name, $"expected data with the checksum {wanted:X8}, found {crc.Value:X8}. The archive is damaged");
        }
    }

    /// <summary>Reports that everything is unpacked.</summary>
    public void Finish()
    {
        if (Entry is null)
        {
            throw new DatasetException(archive, "expected an archive with files, found one without.");
        }

        Report(file.Length, force: true);
    }

    private int Fill(Stream? content) => content?.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false) ?? 0;

    private void Make(string path)
    {
        if (_made.Add(path))
        {
            Writing(path, () => Directory.CreateDirectory(path));
        }
    }

    private static T Writing<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, $"expected a place that can be written, and writing failed: {e.Message}", e);
        }
    }

    private void Report(long position, bool force)
    {
        if (force || position - _reported >= ReportEvery)
        {
            _reported = position;
            progress?.Report(DatasetProgress.Unpacking(Path.GetFileName(archive), position, file.Length));
        }
    }
}
