using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// A set of examples that can be fetched by index. The caller decides order and batch size, so one source serves training, feature
/// extraction and probes.
/// </summary>
/// <remarks>
/// An implementation must return the same example for an index at each call, and must be usable from one thread at a time, or from several
/// at once if <see cref="IsThreadSafe"/> is true. Batches are compared with what was asked for: another number of rows, shape or dtype
/// throws <see cref="InvalidOperationException"/> in training and feature extraction.
/// </remarks>
public interface IBatchSource
{
    /// <summary>Number of examples, at least 0.</summary>
    int Count { get; }

    /// <summary>Shape of one example without the batch dimension, for images <c>[C, H, W]</c>.</summary>
    IReadOnlyList<long> ExampleShape { get; }

    /// <summary>
    /// Whether several threads may call <see cref="GetBatch"/> at once, so that more than one thread can make batches ahead of time.
    /// </summary>
    /// <value>Default false.</value>
    bool IsThreadSafe => false;

    /// <summary>Fetches examples by index, in the order given.</summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>; repeats are allowed.</param>
    /// <returns>
    /// A new tensor <c>[indices.Length, *ExampleShape]</c> on the CPU, floating point (images scaled to [−1, 1]) or int64 (ids). It belongs
    /// to the caller or its dispose scope.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the source.</exception>
    Tensor GetBatch(ReadOnlySpan<int> indices);
}
