using InfoMax.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A source whose examples are augmented anew in each batch: crops, mirror images, jitter for training.</summary>
/// <remarks>
/// <para>The randomness of a batch comes from the seed and the number of the batch alone, so that a run can be repeated, and gone on with, whatever made its batches.</para>
/// <para>
/// One view of each example. For objectives that compare two views, leave the source as it is and train a <c>TwoViewEncoder</c>, which makes both views itself; with this source inside, both would be
/// views of one augmented image, which is of use only where the source does what both should share (bringing images to a size, say).
/// </para>
/// <para>The source inside stays the caller's. If it augments too, it is asked for the same batch.</para>
/// </remarks>
public sealed class AugmentedSource : IAugmentingSource
{
    private const int Purpose = 110;

    private readonly IBatchSource _inner;
    private readonly int _seed;

    /// <summary>Creates the source.</summary>
    /// <param name="inner">The examples.</param>
    /// <param name="augmentation">How they change. It must keep their shape, and be usable from several threads at once, as all that come with this library are.</param>
    /// <param name="seed">Seed of the changes.</param>
    public AugmentedSource(IBatchSource inner, Augmentation augmentation, int seed)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(augmentation);
        (_inner, Augmentation, _seed) = (inner, augmentation, seed);
    }

    /// <summary>How examples change.</summary>
    public Augmentation Augmentation { get; }

    /// <summary>The source inside.</summary>
    internal IBatchSource Inner => _inner;

    /// <inheritdoc/>
    public int Count => _inner.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> ExampleShape => _inner.ExampleShape;

    /// <inheritdoc/>
    public bool IsThreadSafe => _inner.IsThreadSafe;

    /// <summary>Fetches examples as they are, not augmented: for features, probes and everything else that evaluates.</summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>; repeats are allowed.</param>
    /// <returns>What the source inside gives.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the source.</exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices) => _inner.GetBatch(indices);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The augmentation gave another shape.</exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices, long draw)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = Initialization.Generator(_seed, Purpose, draw);
        Tensor batch = _inner is IAugmentingSource augmenting ? augmenting.GetBatch(indices, draw) : _inner.GetBatch(indices);
        Tensor changed = Augmentation.Apply(batch, generator);
        return changed.shape.AsSpan().SequenceEqual(batch.shape)
            ? scope.MoveToOuter(changed)
            : throw new InvalidOperationException($"Expected an augmentation that keeps the shape {TensorGuard.Shape(batch.shape)}, got {TensorGuard.Describe(changed)} from {Augmentation.GetType().Name}.");
    }
}
