using InfoMax.Foundation;
using InfoMax.Randomness;
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

    private readonly IBatchSource _inner;
    private readonly int _seed;

    /// <summary>Creates the source.</summary>
    /// <param name="inner">The examples.</param>
    /// <param name="augmentation">How they change. It must be usable from several threads at once, as all that come with this library are, and give examples of its <see cref="Augmentation.OutputShape"/>.</param>
    /// <param name="seed">Seed of the changes.</param>
    /// <exception cref="ArgumentException">The augmentation cannot change examples of that shape.</exception>
    public AugmentedSource(IBatchSource inner, Augmentation augmentation, int seed)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(augmentation);
        (_inner, Augmentation, _seed, ExampleShape) = (inner, augmentation, seed, augmentation.OutputShape(inner.ExampleShape));
    }

    /// <summary>How examples change.</summary>
    public Augmentation Augmentation { get; }

    /// <summary>The source inside.</summary>
    internal IBatchSource Inner => _inner;

    /// <inheritdoc/>
    public int Count => _inner.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> ExampleShape { get; }

    /// <inheritdoc/>
    public bool IsThreadSafe => _inner.IsThreadSafe;

    /// <summary>Fetches examples not augmented: for features, probes and everything else that evaluates.</summary>
    /// <param name="indices">Indices in <c>[0, Count)</c>; repeats are allowed.</param>
    /// <returns>What the source inside gives; where the augmentation has another shape, its <see cref="Augmentation.EvaluationView"/> of that.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the source.</exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        if (ExampleShape.SequenceEqual(_inner.ExampleShape))
        {
            return _inner.GetBatch(indices);
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Augmentation.EvaluationView(_inner.GetBatch(indices)));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The augmentation gave another shape than it said.</exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices, long draw)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = RandomStream.Of(_seed, "augmentation").Generator(draw);
        Tensor batch = _inner is IAugmentingSource augmenting ? augmenting.GetBatch(indices, draw) : _inner.GetBatch(indices);
        Tensor changed = Augmentation.Apply(batch, generator);
        return changed.shape.AsSpan().SequenceEqual([indices.Length, .. ExampleShape])
            ? scope.MoveToOuter(changed)
            : throw new InvalidOperationException($"Expected {TensorGuard.Shape([indices.Length, .. ExampleShape])}, as OutputShape of the augmentation says, got {TensorGuard.Describe(changed)} from {Augmentation.GetType().Name}.");
    }
}
