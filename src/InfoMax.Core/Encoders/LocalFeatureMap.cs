using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// A view of a tensor <c>[N, C, *spatial]</c> as L locations of C channels: one spatial dimension for sequences, two for images, three for
/// volumes or video. The owner of the tensor disposes it.
/// </summary>
public sealed class LocalFeatureMap
{
    /// <summary>Creates the view.</summary>
    /// <param name="values">Features <c>[N, C, *spatial]</c>, floating point, with at least one spatial dimension.</param>
    /// <exception cref="ArgumentException">Not floating point, fewer than three dimensions, or an empty dimension.</exception>
    public LocalFeatureMap(Tensor values)
    {
        TensorGuard.NotDisposed(values);
        TensorGuard.FloatingPoint(values);
        if (values.dim() < 3 || values.numel() == 0)
        {
            throw new ArgumentException(
                $"Expected features [N, C, *spatial] with at least one spatial dimension and no empty one, got " +
                $"{TensorGuard.Describe(values)}.", nameof(values));
        }

        Values = values;
        long[] shape = values.shape;
        BatchSize = shape[0];
        Channels = shape[1];
        SpatialShape = shape[2..];
        Locations = shape[2..].Aggregate(1L, (product, size) => product * size);
    }

    /// <summary>The features <c>[N, C, *spatial]</c>.</summary>
    public Tensor Values { get; }

    /// <summary>Number of examples, N.</summary>
    public long BatchSize { get; }

    /// <summary>Channels per location, C.</summary>
    public long Channels { get; }

    /// <summary>Sizes of the spatial dimensions, one or more.</summary>
    public IReadOnlyList<long> SpatialShape { get; }

    /// <summary>Number of locations, L: the product of <see cref="SpatialShape"/>.</summary>
    public long Locations { get; }

    /// <summary>All locations in one dimension, in row-major order.</summary>
    /// <returns>A new tensor <c>[N, C, L]</c>, usually a view; the caller (or its dispose scope) disposes it.</returns>
    public Tensor Flatten() => Values.reshape(BatchSize, Channels, Locations);

    /// <summary>One row per location, the fastest layout for matrix products over channels.</summary>
    /// <returns>A new contiguous tensor <c>[N·L, C]</c>, example by example; the caller (or its dispose scope) disposes it.</returns>
    public Tensor ToRows()
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Flatten().permute(0, 2, 1).reshape(BatchSize * Locations, Channels));
    }

    /// <summary>Positions of the locations.</summary>
    /// <returns>A new int64 tensor <c>[L, spatial dimensions]</c> of zero-based positions, on the device of the features.</returns>
    public Tensor Coordinates()
    {
        using var scope = NewDisposeScope();
        Tensor remainder = arange(Locations, dtype: ScalarType.Int64, device: Values.device);
        var columns = new Tensor[SpatialShape.Count];
        for (int d = SpatialShape.Count - 1; d >= 0; d--)
        {
            columns[d] = remainder.remainder(SpatialShape[d]);
            remainder = remainder.div(SpatialShape[d], RoundingMode.floor);
        }

        return scope.MoveToOuter(stack(columns, dim: 1));
    }

    /// <summary>
    /// Draws <paramref name="count"/> distinct locations of each example, independently and uniformly: an unbiased sample of the local term
    /// at a lower cost.
    /// </summary>
    /// <param name="count">Number of locations, from 1 to <see cref="Locations"/>.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>A map <c>[N, C, count]</c> over a new tensor; the caller (or its dispose scope) disposes it. Differentiable.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    public LocalFeatureMap Sample(int count, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Locations);
        ArgumentNullException.ThrowIfNull(generator);
        using var scope = NewDisposeScope();
        Tensor keys = rand(BatchSize, Locations, generator: generator);
        Tensor chosen = keys.topk(count, dim: 1, sorted: false).indexes.to(Values.device);
        Tensor sampled = Flatten().gather(2, chosen.unsqueeze(1).expand(BatchSize, Channels, count));
        return new LocalFeatureMap(scope.MoveToOuter(sampled));
    }
}
