namespace InfoMax.Datasets;

/// <summary>
/// A stream under a tar reader. Counts the bytes that really come, refuses headers that would cost much memory, and remembers whether the
/// archive ended with blocks of zeros.
/// </summary>
internal sealed class TarGuard(Stream content, string archive, long maxBytes) : Stream
{
    private const int Block = 512;
    private const int LongestExtension = 1 << 16;
    private long _zeros;

    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the reader is between entries. There, a read of one block is a read of a header.</summary>
    public bool AtHeader { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        // A header is read as a whole, unless the archive ends within it.
        bool header = AtHeader && buffer.Length == Block;
        int read = header ? content.ReadAtLeast(buffer, Block, throwOnEndOfStream: false) : content.Read(buffer);
        Count += read;
        if (Count > maxBytes)
        {
            throw new DatasetException(archive, $"expected an archive that unpacks to at most {maxBytes} bytes, found more.");
        }

        int last = buffer[..read].LastIndexOfAnyExcept((byte)0);
        _zeros = last < 0 ? _zeros + read : read - last - 1;
        if (header && read == Block)
        {
            CheckExtension(buffer);
        }

        return read;
    }

    /// <summary>
    /// Throws unless the archive ended with a block of zeros. Reads on to the end, so that a gzip file is checked as a whole.
    /// </summary>
    /// <param name="lastLength">Length of the last entry, or 0.</param>
    public void Finish(long lastLength)
    {
        long padding = (Block - (lastLength % Block)) % Block;
        if (_zeros < padding + Block)
        {
            throw new DatasetException(
                archive, "expected a tar archive that ends with blocks of zeros, found the end before. The file is truncated.");
        }

        AtHeader = false;
        byte[] rest = new byte[1 << 16];
        while (Read(rest) > 0)
        {
        }
    }

    /// <summary>Starts counting zeros. Padding follows the data of an entry.</summary>
    public void EntryEnds() => _zeros = 0;

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// The reader allocates what the header of a long name or of extended attributes claims, so the claim is checked first.
    /// </summary>
    private void CheckExtension(ReadOnlySpan<byte> header)
    {
        if (header[156] is not ((byte)'x' or (byte)'g' or (byte)'L' or (byte)'K'))
        {
            return;
        }

        long size = 0;
        foreach (byte digit in header.Slice(124, 12).Trim((byte)' '))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                size = digit == 0 ? size : long.MaxValue;
                break;
            }

            size = (size * 8) + digit - '0';
        }

        if (size > LongestExtension)
        {
            throw new DatasetException(
                archive, $"expected long names and attributes of at most {LongestExtension} bytes, found a header that claims more.");
        }
    }
}
