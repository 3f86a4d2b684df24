using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// A set of examples that can be fetched by index. The caller decides order, batch size and seed, so that one source
/// serves training, feature extraction and probes, and the same seed gives the same batches from any source.
/// </summary>
/// <remarks>
/// An implementation must give the same example for the same index each time unless it documents an augmentation, and must be
/// usable from one thread at a time, and from several at once if <see cref="IsThreadSafe"/> says so.
/// </remarks>
public interface IBatchSource
{
    /// <summary>Number of examples, at least 0.</summary>
    int Count { get; }

    /// <summary>Shape of one example without the batch dimension, for images <c>[C, H, W]</c>.</summary>
    IReadOnlyList<long> ExampleShape { get; }

    /// <summary>Whether several threads may call <see cref="GetBatch"/> at once: then batches can be made by more than one thread ahead of time.</summary>
    /// <value>False unless the source says otherwise.</value>
    bool IsThreadSafe => false;

    /// <summary>Fetches examples by index, in the order given.</summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>; repeats are allowed.</param>
    /// <returns>
    /// A new floating-point tensor <c>[indices.Length, *ExampleShape]</c> on the CPU, images scaled to [−1, 1]. It belongs to the
    /// caller (or to the caller's dispose scope).
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the source.</exception>
    Tensor GetBatch(ReadOnlySpan<int> indices);
}
