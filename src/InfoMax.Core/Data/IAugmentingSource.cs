using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A source whose examples change randomly from batch to batch; the number of the batch determines the randomness.</summary>
/// <remarks>
/// Since randomness depends on the number of the batch and not on earlier calls, batches can be made ahead of time, by several threads, in
/// any order, and a resumed run gets the batches of an uninterrupted one.
/// </remarks>
public interface IAugmentingSource : IBatchSource
{
    /// <summary>Fetches examples by index, in the order given, augmented for batch number <paramref name="draw"/> of a run.</summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>; repeats are allowed, each with its own change.</param>
    /// <param name="draw">The number of the batch within the run, from 0.</param>
    /// <returns>
    /// A tensor as of <see cref="IBatchSource.GetBatch"/>. Equal indices and numbers give bitwise equal tensors, on any thread and in any
    /// order of calls.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the source, or <paramref name="draw"/> is negative.</exception>
    Tensor GetBatch(ReadOnlySpan<int> indices, long draw);
}
