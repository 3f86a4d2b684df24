using System.Buffers;

namespace InfoMax.Datasets;

/// <summary>Bytes of a stream of unknown length. Memory grows with what arrives, not with what a header claims.</summary>
internal sealed class ByteChunks : IDisposable
{
    private const int ChunkLength = 1 << 22;
    private readonly List<(byte[] Bytes, int Length)> _chunks = [];

    /// <summary>Reads up to <paramref name="wanted"/> bytes and returns how many were read.</summary>
    public long Fill(Stream stream, long wanted)
    {
        long found = 0;
        while (found < wanted)
        {
            byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkLength, wanted - found));
            int length = (int)Math.Min(chunk.Length, wanted - found);
            _chunks.Add((chunk, 0));
            int read = stream.ReadAtLeast(chunk.AsSpan(0, length), length, throwOnEndOfStream: false);
            _chunks[^1] = (chunk, read);
            found += read;
            if (read < length)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Copies all bytes that were read.</summary>
    public void CopyTo(Span<byte> target)
    {
        foreach ((byte[] bytes, int length) in _chunks)
        {
            bytes.AsSpan(0, length).CopyTo(target);
            target = target[length..];
        }
    }

    public void Dispose()
    {
        foreach ((byte[] bytes, _) in _chunks)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        _chunks.Clear();
    }
}
