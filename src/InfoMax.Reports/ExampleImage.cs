using static TorchSharp.torch;

namespace InfoMax.Reports;

/// <summary>A small image, gray or in color, with what is known of its class.</summary>
public sealed record ExampleImage
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

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Name of its class; null if it is not known.</summary>
    public string? Label { get; init; }

    /// <summary>Whether it is of the query's class; null where that is not known or, as for the query itself, means nothing.</summary>
    public bool? SameClassAsQuery { get; init; }

    /// <summary>Takes an image from a tensor.</summary>
    /// <param name="pixels">Pixels <c>[C, H, W]</c> with C of 1 or 3, any device: bytes, or floating point in [−1, 1] as the library's sources give them. Values outside are cut off, and what is not a number becomes black.</param>
    /// <returns>The image, with pixels of its own.</returns>
    /// <exception cref="ArgumentException">Another shape or kind of number.</exception>
    public static ExampleImage Of(Tensor pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        bool bytes = pixels.dtype == ScalarType.Byte;
        if (pixels.dim() != 3 || pixels.shape[0] is not (1 or 3) || pixels.numel() == 0 || !(bytes || pixels.is_floating_point()))
        {
            throw new ArgumentException($"Expected pixels [C, H, W], C of 1 or 3, bytes or floating point; got [{string.Join(", ", pixels.shape)}] {pixels.dtype}.", nameof(pixels));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor scaled = bytes ? pixels.detach() : pixels.detach().to(ScalarType.Float32).nan_to_num(-1).clamp(-1, 1).add(1).mul(127.5f).round().to(ScalarType.Byte);
        return new ExampleImage([.. scaled.cpu().contiguous().data<byte>()], checked((int)pixels.shape[0]), checked((int)pixels.shape[1]), checked((int)pixels.shape[2]));
    }

    /// <summary>Size and class.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => FormattableString.Invariant($"{Width}×{Height} image of {Channels} channel{(Channels == 1 ? "" : "s")}{(Label is null ? "" : ", " + Label)}");
}
