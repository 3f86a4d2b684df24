using static TorchSharp.torch;

namespace InfoMax.Reports.Model;

/// <summary>A small image, gray or in color, with what is known of it.</summary>
internal sealed class ExampleImage
{
    private readonly byte[] _pixels;

    private ExampleImage(byte[] pixels, int channels, int height, int width)
    {
        (_pixels, Channels, Height, Width) = (pixels, channels, height, width);
    }

    /// <summary>The pixels, 0 to 255: channel after channel and row after row.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>1 (gray) or 3 (red, green, blue).</summary>
    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Name of the example, such as its file name; null if it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Name of its class; null if it is not known.</summary>
    public string? Label { get; init; }

    /// <summary>Distance of its code to the code of the query; null for the query itself.</summary>
    public double? Distance { get; init; }

    /// <summary>Whether it is of the query's class; null where that is not known, and for the query itself.</summary>
    public bool? SameClassAsQuery { get; init; }

    /// <summary>Takes an image from a tensor.</summary>
    /// <param name="pixels">
    /// Pixels <c>[C, H, W]</c> with C of 1 or 3, any device: bytes, or floating point in [−1, 1]. Values outside are cut off, and NaN
    /// becomes black.
    /// </param>
    /// <param name="name">Name of the example; null for none.</param>
    /// <param name="label">Name of its class; null for none.</param>
    /// <param name="distance">Distance to the query; null for the query itself.</param>
    /// <param name="same">Whether it is of the query's class; null if not known.</param>
    public static ExampleImage Of(Tensor pixels, string? name = null, string? label = null, double? distance = null, bool? same = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        bool bytes = pixels.dtype == ScalarType.Byte;
        if (pixels.dim() != 3 || pixels.shape[0] is not (1 or 3) || pixels.numel() == 0 || !(bytes || pixels.is_floating_point()))
        {
            throw new ArgumentException(
                $"Expected pixels [C, H, W], C of 1 or 3, bytes or floating point; got [{string.Join(", ", pixels.shape)}] {pixels.dtype}.",
                nameof(pixels));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor scaled = bytes
            ? pixels.detach()
            : pixels.detach().to(ScalarType.Float32).nan_to_num(-1).clamp(-1, 1).add(1).mul(127.5f).round().to(ScalarType.Byte);
        byte[] values = [.. scaled.cpu().contiguous().data<byte>()];
        return new ExampleImage(values, checked((int)pixels.shape[0]), checked((int)pixels.shape[1]), checked((int)pixels.shape[2]))
        {
            Name = name,
            Label = label,
            Distance = distance,
            SameClassAsQuery = same,
        };
    }

    /// <summary>Name and class, as far as they are known.</summary>
    public string Caption() => string.Join(", ", new[] { Name, Label }.Where(text => text is not null));
}
