using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A random change of examples that keeps what matters about them, for objectives that compare two views. Extension point: one new class, or <see cref="Custom"/>.</summary>
/// <remarks>
/// <para>Augmentations are stateless and immutable; randomness comes from the generator of the caller, never from TorchSharp's global one. Several threads may apply one at once, each with a generator of its own.</para>
/// <para>
/// Where to put one: for one view of each example around the data, as an <see cref="AugmentedSource"/>, which can be made ahead of the training step; for objectives that compare two views into a
/// <c>TwoViewEncoder</c>, which draws both.
/// </para>
/// </remarks>
public abstract record Augmentation
{
    /// <summary>An augmentation made of a function.</summary>
    /// <param name="apply">From examples <c>[N, *shape]</c> and a CPU generator to changed examples; must not change its argument in place. Runs inside a dispose scope, and on other threads where batches are made ahead of time.</param>
    /// <returns>The augmentation.</returns>
    public static Augmentation Custom(Func<Tensor, Generator, Tensor> apply)
    {
        ArgumentNullException.ThrowIfNull(apply);
        return new DelegateAugmentation(apply);
    }

    /// <summary>Changes every example of a batch independently.</summary>
    /// <param name="batch">Examples <c>[N, *shape]</c>, floating point, images in [−1, 1], on any device; stays as it is.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>A new tensor that belongs to the caller or its dispose scope.</returns>
    public abstract Tensor Apply(Tensor batch, Generator generator);

    /// <summary>The shape of changed examples: that of the examples unless an augmentation says otherwise, as <see cref="RandomCrop"/> of a size does.</summary>
    /// <param name="exampleShape">Shape of one example, without the batch.</param>
    /// <returns>Shape of one changed example.</returns>
    /// <exception cref="ArgumentException">Examples of that shape cannot be changed.</exception>
    public virtual IReadOnlyList<long> OutputShape(IReadOnlyList<long> exampleShape)
    {
        ArgumentNullException.ThrowIfNull(exampleShape);
        return exampleShape;
    }

    /// <summary>Examples as features, probes and all else that evaluates should see them: without chance, brought to <see cref="OutputShape"/> if that is another. By default as they are.</summary>
    /// <param name="batch">Examples <c>[N, *shape]</c>; stays as it is.</param>
    /// <returns>A tensor that belongs to the caller or its dispose scope; it may share the batch's numbers.</returns>
    public virtual Tensor EvaluationView(Tensor batch)
    {
        TensorGuard.NotDisposed(batch);
        return batch.alias();
    }

    /// <summary>This augmentation and after it another, drawing from one generator in turn.</summary>
    /// <param name="next">What to do to the changed examples.</param>
    /// <returns>The chain as one augmentation.</returns>
    public Augmentation Then(Augmentation next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new Chain(this, next);
    }

    private sealed record Chain(Augmentation First, Augmentation Second) : Augmentation
    {
        public override IReadOnlyList<long> OutputShape(IReadOnlyList<long> exampleShape) => Second.OutputShape(First.OutputShape(exampleShape));

        public override Tensor EvaluationView(Tensor batch)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(Second.EvaluationView(First.EvaluationView(batch)));
        }

        public override Tensor Apply(Tensor batch, Generator generator)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(Second.Apply(First.Apply(batch, generator), generator));
        }
    }

    private sealed record DelegateAugmentation(Func<Tensor, Generator, Tensor> Change) : Augmentation
    {
        public override Tensor Apply(Tensor batch, Generator generator)
        {
            ArgumentNullException.ThrowIfNull(batch);
            ArgumentNullException.ThrowIfNull(generator);
            using var scope = NewDisposeScope();
            Tensor changed = Change(batch, generator);
            return scope.MoveToOuter(ReferenceEquals(changed, batch) ? batch.alias() : changed);
        }
    }
}
