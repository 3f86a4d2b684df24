using System.Buffers.Binary;
using System.IO.Compression;

namespace InfoMax.Datasets;

/// <summary>The samples of a PNG of 16 bits, which common decoders reduce to 8 without a word.</summary>
internal sealed class PngSamples
{
    private const long DeflateRatio = 1032;
    private static readonly (int X, int Y, int StepX, int StepY)[] Interlaced =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly int _channels;
    private readonly ushort[] _samples;
    private readonly ushort[]? _clear;

    private PngSamples(int width, int height, int channels, ushort[]? clear)
    {
        (Width, Height, _channels, _clear) = (width, height, channels, clear);
        _samples = new ushort[(long)width * height * channels];
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The largest sample that is a color.</summary>
    public int MaxColor { get; private set; }

    /// <summary>Whether any pixel is transparent.</summary>
    public bool IsTransparent { get; private set; }

    private bool IsGray => _channels <= 2;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or truncated.</exception>
    public static PngSamples Read(byte[] file)
    {
        byte[]? header = null;
        ushort[]? clear = null;
        using var data = new MemoryStream();
        foreach (PngChunk chunk in PngChunk.All(file))
        {
            if (chunk.Name is "IHDR" or "IDAT" or "tRNS" && !chunk.IsIntact)
            {
                throw new InvalidDataException($"a chunk {chunk.Name} with another checksum");
            }

            switch (chunk.Name)
            {
                case "IHDR":
                    header = chunk.Data.ToArray();
                    break;
                case "tRNS":
                    clear = [.. chunk.Data.ToArray().Chunk(2).Where(b => b.Length == 2).Select(b => (ushort)((b[0] << 8) | b[1]))];
                    break;
                case "IDAT":
                    data.Write(chunk.Data.Span);
                    break;
                default:
                    break;
            }
        }

        int channels = header is { Length: 13 } ? header[9] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 } : 0;
        if (channels == 0 || header![8] != 16 || header[12] > 1)
        {
            throw new InvalidDataException("a header that cannot be read");
        }

        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        if (2L * channels * width * height > data.Length * DeflateRatio)
        {
            throw new InvalidDataException("too little data");
        }

        data.Position = 0;
        var png = new PngSamples(width, height, channels, channels is 1 or 3 && clear?.Length == channels ? clear : null);
        using var content = new ZLibStream(data, CompressionMode.Decompress);
        foreach ((int x, int y, int stepX, int stepY) in header[12] == 0 ? [(0, 0, 1, 1)] : Interlaced)
        {
            png.Pass(content, x, y, stepX, stepY);
        }

        png.Inspect();
        return png;
    }

    /// <summary>Red (0), green (1) or blue (2) of a pixel.</summary>
    public ushort Color(int pixel, int channel) => _samples[(pixel * _channels) + (IsGray ? 0 : channel)];

    /// <summary>How far a pixel covers what is behind it, from 0 to 65535.</summary>
    public ushort Alpha(int x, int y)
    {
        int at = ((y * Width) + x) * _channels;
        return _channels is 2 or 4 ? _samples[at + _channels - 1]
            : _clear is not null && _samples.AsSpan(at, _channels).SequenceEqual(_clear) ? (ushort)0
            : ushort.MaxValue;
    }

    private void Pass(Stream content, int x, int y, int stepX, int stepY)
    {
        int pixels = (Width - x + stepX - 1) / stepX, bytes = 2 * _channels;
        byte[] line = new byte[pixels * bytes], above = new byte[line.Length];
        for (int row = y; row < Height && pixels > 0; row += stepY)
        {
            int filter = content.ReadByte();
            if (filter is < 0 or > 4 || content.ReadAtLeast(line, line.Length, throwOnEndOfStream: false) < line.Length)
            {
                throw new InvalidDataException(filter > 4 ? "a row with an unknown filter" : "only a part of the rows");
            }

            Unfilter(filter, line, above, bytes);
            for (int i = 0; i < pixels * _channels; i++)
            {
                int pixel = (row * Width) + x + (i / _channels * stepX);
                _samples[(pixel * _channels) + (i % _channels)] = BinaryPrimitives.ReadUInt16BigEndian(line.AsSpan(2 * i));
            }

            (line, above) = (above, line);
        }
    }

    private static void Unfilter(int filter, byte[] line, byte[] above, int bytes)
    {
        for (int i = 0; i < line.Length && filter > 0; i++)
        {
            int left = i < bytes ? 0 : line[i - bytes], corner = i < bytes ? 0 : above[i - bytes];
            line[i] += (byte)(filter switch { 1 => left, 2 => above[i], 3 => (left + above[i]) / 2, _ => Paeth(left, above[i], corner) });
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        int sum = left + above - corner;
        (int a, int b, int c) = (Math.Abs(sum - left), Math.Abs(sum - above), Math.Abs(sum - corner));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }

    private void Inspect()
    {
        for (int pixel = 0; pixel < Width * Height; pixel++)
        {
            IsTransparent |= Alpha(pixel % Width, pixel / Width) != ushort.MaxValue;
            for (int c = 0; c < (IsGray ? 1 : 3); c++)
            {
                MaxColor = Math.Max(MaxColor, Color(pixel, c));
            }
        }
    }
}
