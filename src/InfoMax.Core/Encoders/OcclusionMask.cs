using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Draws the part of an input that is hidden: the inside or the outside of a random box (an interval of a sequence, a rectangle of an
/// image), with equal chance. At least one block is fully visible and at least one is fully hidden.
/// </summary>
/// <remarks>The paper asks for blocks of the size of the local receptive field, 10×10; it does not publish its distribution.</remarks>
internal sealed class OcclusionMask(int block)
{
    private readonly int _block = OptionGuard.AtLeast(1, block, nameof(block));

    /// <summary>Draws masks for inputs of any number of spatial dimensions.</summary>
    /// <param name="count">Number of masks, 1 or more.</param>
    /// <param name="sizes">Sizes of the spatial dimensions, one or more: each at least a block's, and one of them twice that.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>
    /// A new bool tensor <c>[count, 1, *sizes]</c> on the CPU, true where values are hidden; it belongs to the caller or its dispose scope.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The inputs are too small for a visible and a hidden block.</exception>
    public Tensor Sample(int count, IReadOnlyList<int> sizes, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(generator);
        if (sizes.Count == 0 || sizes.Min() < _block || sizes.Max() < 2L * _block)
        {
            throw new ArgumentOutOfRangeException(
                nameof(sizes), string.Join(
                    '×', sizes),
                    $"Expected inputs of at least {_block} a side and {2L * _block} on one, for a visible and a hidden block of side " +
                    $"{_block}.");
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

    /// <summary>A box that contains a block and leaves one outside.</summary>
    private (int[] Starts, int[] Ends) Box(IReadOnlyList<int> sizes, Random random)
    {
        while (true)
        {
            int[] lengths = [.. sizes.Select(size => random.Next(_block, size + 1))];
            int[] starts = [.. sizes.Select((size, d) => random.Next(size - lengths[d] + 1))];
            // A block fits beside a box only where a margin is at least as wide as a block.
            if (sizes.Select((size, d) => Math.Max(starts[d], size - starts[d] - lengths[d])).Max() >= _block)
            {
                return (starts, [.. starts.Zip(lengths, (start, length) => start + length)]);
            }
        }
    }

    /// <summary>Whether a box contains a place, counted in row-major order.</summary>
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
