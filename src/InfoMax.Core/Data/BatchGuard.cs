using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Compares what sources and augmentations return with what was asked of them. Both may be the user's own.</summary>
internal static class BatchGuard
{
    /// <summary>Fetches a batch and checks it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="indices">Indices of the examples.</param>
    /// <returns>
    /// The batch <c>[indices.Length, *ExampleShape]</c>, floating point or int64; it belongs to the caller's dispose scope or the caller.
    /// </returns>
    /// <exception cref="InvalidOperationException">The source returned something else.</exception>
    public static Tensor Fetch(IBatchSource source, ReadOnlySpan<int> indices) => Checked(source.GetBatch(indices), source, indices.Length);

    /// <summary>Fetches batch number <paramref name="draw"/> of a run, augmented if the source augments, and checks it.</summary>
    /// <inheritdoc cref="Fetch(IBatchSource, ReadOnlySpan{int})"/>
    public static Tensor Fetch(IBatchSource source, ReadOnlySpan<int> indices, long draw) =>
        source is IAugmentingSource augmenting
            ? Checked(augmenting.GetBatch(indices, draw), source, indices.Length)
            : Fetch(source, indices);

    /// <summary>Applies an augmentation and checks its result: as many examples, of its <see cref="Augmentation.OutputShape"/>.</summary>
    /// <exception cref="InvalidOperationException">The augmentation returned something else.</exception>
    public static Tensor Augment(Augmentation augmentation, Tensor batch, Generator generator) =>
        Checked(augmentation.Apply(batch, generator), augmentation, batch, augmentation.OutputShape(batch.shape[1..]));

    /// <summary>Makes the evaluation view of a batch and checks it as <see cref="Augment"/> does.</summary>
    /// <exception cref="InvalidOperationException">The augmentation returned something else.</exception>
    public static Tensor EvaluationView(Augmentation augmentation, Tensor batch) =>
        Checked(augmentation.EvaluationView(batch), augmentation, batch, augmentation.OutputShape(batch.shape[1..]));

    private static Tensor Checked(Tensor? batch, IBatchSource source, int count)
    {
        Check(batch, source, count, source.ExampleShape);
        return batch.is_floating_point() || batch.dtype == ScalarType.Int64
            ? batch
            : throw new InvalidOperationException(
                $"Expected {source.GetType().Name} to give a floating-point batch, or int64 for ids, got {TensorGuard.Describe(batch)}.");
    }

    private static Tensor Checked(Tensor? changed, Augmentation augmentation, Tensor batch, IReadOnlyList<long> shape)
    {
        Check(changed, augmentation, batch.shape[0], shape);
        return changed.dtype == batch.dtype && changed.device_type == batch.device_type && changed.device_index == batch.device_index
            ? changed
            : throw new InvalidOperationException(
                $"Expected {augmentation.GetType().Name} to keep the dtype and device of its batch ({batch.dtype}, {batch.device}), " +
                $"got {TensorGuard.Describe(changed)}.");
    }

    private static void Check([System.Diagnostics.CodeAnalysis.NotNull] Tensor? batch, object giver, long count, IReadOnlyList<long> shape)
    {
        if (batch is null || batch.IsInvalid)
        {
            throw new InvalidOperationException(
                $"Expected {giver.GetType().Name} to give a batch, got {(batch is null ? "null" : "a disposed tensor")}.");
        }

        long[] given = batch.shape;
        if (given.Length != shape.Count + 1 || given[0] != count
            || !given.Skip(1).Zip(shape, (size, expected) => expected < 0 || size == expected).All(same => same))
        {
            throw new InvalidOperationException(
                $"Expected {giver.GetType().Name} to give {count} examples {TensorGuard.Shape([count, .. shape])}, got " +
                    $"{TensorGuard.Describe(batch)}.");
        }
    }
}
