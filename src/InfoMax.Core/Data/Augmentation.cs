using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A random change of examples that keeps what matters about them, for objectives that compare two views. Extension point: one new class, or <see cref="Custom"/>.</summary>
/// <remarks>Augmentations are stateless and immutable; randomness comes from the generator of the caller.</remarks>
public abstract record Augmentation
{
    /// <summary>An augmentation made of a function.</summary>
    /// <param name="apply">From examples <c>[N, *shape]</c> and a CPU generator to changed examples; must not change its argument in place. Runs inside a dispose scope.</param>
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
