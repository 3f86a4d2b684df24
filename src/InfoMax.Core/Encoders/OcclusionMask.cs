using InfoMax.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Draws which pixels of an image are hidden: inside or outside of a random rectangle, with equal chance, such that at least one square block is fully visible and at least one is fully hidden.
/// </summary>
/// <remarks>The paper asks for such blocks of the size of the local receptive field, 10×10; its distribution is not published. Stateless; randomness comes from the generator of the caller.</remarks>
public sealed record OcclusionMask
{
    /// <summary>Side of the blocks in pixels: the receptive field of a location.</summary>
    /// <value>At least 1; default 10, as for the paper's 32×32 encoder.</value>
    public int Block
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Block));
            field = value;
        }
    } = 10;

    /// <summary>Draws masks.</summary>
    /// <param name="count">Number of masks, 1 or more.</param>
    /// <param name="height">Height of the images.</param>
    /// <param name="width">Width of the images; height and width are at least <see cref="Block"/>, and one of them twice that.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>A new bool tensor <c>[count, 1, height, width]</c> on the CPU, true where pixels are hidden; it belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The images are too small for a visible and a hidden block.</exception>
    public Tensor Sample(int count, int height, int width, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(generator);
        if (Math.Min(height, width) < Block || Math.Max(height, width) < 2 * Block)
        {
            throw new ArgumentOutOfRangeException(
                nameof(height), $"{height}×{width}", $"Expected images of at least {Block} pixels a side and {2 * Block} on one, for a visible and a hidden block of {Block}×{Block}.");
        }

        NativeBackend.EnsureLoadable();
        using var scope = NewDisposeScope();
        var random = new Random((int)randint(0, int.MaxValue, [1], generator: generator).item<long>());
        bool[] hidden = new bool[count * height * width];
        for (int example = 0; example < count; example++)
        {
            (int top, int left, int bottom, int right) = Rectangle(height, width, random);
            bool inside = random.Next(2) == 0;
            Span<bool> mask = hidden.AsSpan(example * height * width, height * width);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    mask[(y * width) + x] = (y >= top && y < bottom && x >= left && x < right) == inside;
                }
            }
        }

        return scope.MoveToOuter(tensor(hidden).view(count, 1, height, width));
    }

    /// <summary>A rectangle that holds a block and leaves one outside.</summary>
    private (int Top, int Left, int Bottom, int Right) Rectangle(int height, int width, Random random)
    {
        while (true)
        {
            int rows = random.Next(Block, height + 1), columns = random.Next(Block, width + 1);
            int top = random.Next(height - rows + 1), left = random.Next(width - columns + 1);
            // Beside a rectangle a block fits only where a whole margin is as wide as a block.
            if (Math.Max(Math.Max(top, height - top - rows), Math.Max(left, width - left - columns)) >= Block)
            {
                return (top, left, top + rows, left + columns);
            }
        }
    }
}
