using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Draws which part of an input is hidden: what is inside or outside of a random box (an interval of a sequence, a rectangle of an image), with equal chance, such that at least one block is fully visible and at least one is fully hidden.
/// </summary>
/// <remarks>The paper asks for such blocks of the size of the local receptive field, 10×10; its distribution is not published. Stateless; randomness comes from the generator of the caller.</remarks>
public sealed record OcclusionMask
{
    /// <summary>Side of the blocks in pixels or steps: the receptive field of a location.</summary>
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

    /// <summary>Draws masks for images.</summary>
    /// <param name="count">Number of masks, 1 or more.</param>
    /// <param name="height">Height of the images.</param>
    /// <param name="width">Width of the images; height and width are at least <see cref="Block"/>, and one of them twice that.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>A new bool tensor <c>[count, 1, height, width]</c> on the CPU, true where pixels are hidden; it belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The images are too small for a visible and a hidden block.</exception>
    public Tensor Sample(int count, int height, int width, Generator generator) => Sample(count, [height, width], generator);

    /// <summary>Draws masks for inputs of any number of spatial dimensions.</summary>
    /// <param name="count">Number of masks, 1 or more.</param>
    /// <param name="sizes">Sizes of the spatial dimensions, one or more: each at least <see cref="Block"/>, and one of them twice that.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>A new bool tensor <c>[count, 1, *sizes]</c> on the CPU, true where values are hidden; it belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The inputs are too small for a visible and a hidden block.</exception>
    public Tensor Sample(int count, IReadOnlyList<int> sizes, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(generator);
        if (sizes.Count == 0 || sizes.Min() < Block || sizes.Max() < 2 * Block)
        {
            throw new ArgumentOutOfRangeException(
                nameof(sizes), string.Join('×', sizes), $"Expected inputs of at least {Block} a side and {2 * Block} on one, for a visible and a hidden block of side {Block}.");
        }

        NativeBackend.EnsureLoadable();
        using var scope = NewDisposeScope();
        var random = new Random((int)randint(0, int.MaxValue, [1], generator: generator).item<long>());
        int numbers = sizes.Aggregate(1, (product, size) => checked(product * size));
        bool[] hidden = new bool[checked(count * numbers)];
        for (int example = 0; example < count; example++)
        {
            (int[] starts, int[] ends) = Box(sizes, random);
            bool inside = random.Next(2) == 0;
            Span<bool> mask = hidden.AsSpan(example * numbers, numbers);
            for (int place = 0; place < numbers; place++)
            {
                mask[place] = Contains(sizes, starts, ends, place) == inside;
            }
        }

        return scope.MoveToOuter(tensor(hidden).view([count, 1, .. sizes.Select(size => (long)size)]));
    }

    /// <summary>A box that holds a block and leaves one outside.</summary>
    private (int[] Starts, int[] Ends) Box(IReadOnlyList<int> sizes, Random random)
    {
        while (true)
        {
            int[] lengths = [.. sizes.Select(size => random.Next(Block, size + 1))];
            int[] starts = [.. sizes.Select((size, d) => random.Next(size - lengths[d] + 1))];
            // Beside a box a block fits only where a whole margin is as wide as a block.
            if (sizes.Select((size, d) => Math.Max(starts[d], size - starts[d] - lengths[d])).Max() >= Block)
            {
                return (starts, [.. starts.Zip(lengths, (start, length) => start + length)]);
            }
        }
    }

    /// <summary>Whether a box holds a place, counted in row-major order.</summary>
    private static bool Contains(IReadOnlyList<int> sizes, int[] starts, int[] ends, int place)
    {
        for (int d = sizes.Count - 1; d >= 0; d--)
        {
            int at = place % sizes[d];
            if (at < starts[d] || at >= ends[d])
            {
                return false;
            }

            place /= sizes[d];
        }

        return true;
    }
}
