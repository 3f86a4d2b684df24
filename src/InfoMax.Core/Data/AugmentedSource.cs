using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A source that augments its examples anew in each batch: crops, mirror images and jitter for training.</summary>
/// <remarks>
/// <para>
/// The randomness of a batch depends on the seed and the number of the batch alone. So a run can be repeated and resumed, whatever thread
/// makes its batches.
/// </para>
/// <para>
/// It gives one view of each example. For objectives that compare two views, leave the source as it is and train a <c>TwoViewEncoder</c>,
/// which makes both views. With this source inside, both would be views of one augmented image; that is useful only for changes that both
/// should share, such as resizing.
/// </para>
/// <para>The inner source stays the caller's. If it augments too, it is asked for the same batch number.</para>
/// </remarks>
public sealed class AugmentedSource : IAugmentingSource, IMemoryHolder
{

    private readonly IBatchSource _inner;
    private readonly int _seed;

    /// <summary>Creates the source.</summary>
    /// <param name="inner">The examples.</param>
    /// <param name="augmentation">
    /// The augmentation. It must be usable from several threads at once, as all augmentations of this library are, and give examples of its
    /// <see cref="Augmentation.OutputShape"/>.
    /// </param>
    /// <param name="seed">Seed of the augmentation.</param>
    /// <exception cref="ArgumentException">The augmentation cannot change examples of that shape.</exception>
    public AugmentedSource(IBatchSource inner, Augmentation augmentation, int seed)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(augmentation);
        (_inner, Augmentation, _seed, ExampleShape) = (inner, augmentation, seed, augmentation.OutputShape(inner.ExampleShape));
    }

    /// <summary>The augmentation.</summary>
    public Augmentation Augmentation { get; }

    /// <summary>Bytes of the inner source.</summary>
    long? IMemoryHolder.HeldBytes => (_inner as IMemoryHolder)?.HeldBytes;

    /// <inheritdoc/>
    public int Count => _inner.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> ExampleShape { get; }

    /// <inheritdoc/>
    public bool IsThreadSafe => _inner.IsThreadSafe;

    /// <summary>Fetches examples without augmentation, for features, probes and other evaluation.</summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>; repeats are allowed.</param>
    /// <returns>
    /// The inner source's examples; where the augmentation changes their shape, its <see cref="Augmentation.EvaluationView"/> of them.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the source.</exception>
    /// <exception cref="InvalidOperationException">
    /// The inner source or the augmentation gives other rows, shapes or dtypes than asked for.
    /// </exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor batch = BatchGuard.Fetch(_inner, indices);
        return scope.MoveToOuter(ExampleShape.SequenceEqual(_inner.ExampleShape) ? batch : BatchGuard.EvaluationView(Augmentation, batch));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">
    /// The inner source or the augmentation gives other rows, shapes or dtypes than asked for.
    /// </exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices, long draw)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = RandomStream.Of(_seed, "augmentation").Generator(draw);
        return scope.MoveToOuter(BatchGuard.Augment(Augmentation, BatchGuard.Fetch(_inner, indices, draw), generator));
    }
}
