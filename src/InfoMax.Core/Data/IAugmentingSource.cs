using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A source whose examples change at random from batch to batch, in a way that the number of the batch decides.</summary>
/// <remarks>
/// Randomness that hangs on the number of the batch, not on what was asked before, is what lets batches be made ahead of time, by several threads and in any order, and lets a run that goes on in
/// the middle see what it would have seen.
/// </remarks>
public interface IAugmentingSource : IBatchSource
{
    /// <summary>Fetches examples by index, in the order given, changed as batch number <paramref name="draw"/> of a run has them.</summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>; repeats are allowed, and are changed each by itself.</param>
    /// <param name="draw">The number of the batch within the run, from 0.</param>
    /// <returns>
    /// As <see cref="IBatchSource.GetBatch"/> gives. The same source, indices and number give the same bits, whoever asks, on whatever thread and in whatever order.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the source, or <paramref name="draw"/> is negative.</exception>
    Tensor GetBatch(ReadOnlySpan<int> indices, long draw);
}
