using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// Two modalities of the same examples as one source: row i is the flattened example i of the first source, followed by the flattened
/// example i of the second. <c>PairedEncoder</c> separates them again.
/// </summary>
/// <remarks>Both sources stay the caller's.</remarks>
public sealed class PairedSource : IBatchSource
{
    private readonly IBatchSource _first;
    private readonly IBatchSource _second;

    /// <summary>Creates the source.</summary>
    /// <param name="first">The first modality.</param>
    /// <param name="second">The second modality, with the same number of examples, in the same order.</param>
    /// <exception cref="ArgumentException">The numbers of examples differ.</exception>
    public PairedSource(IBatchSource first, IBatchSource second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count)
        {
            throw new ArgumentException($"Expected {first.Count} examples, as in the first source, got {second.Count}.", nameof(second));
        }

        (_first, _second) = (first, second);
        ExampleShape = [first.ExampleShape.Aggregate(1L, (p, d) => p * d) + second.ExampleShape.Aggregate(1L, (p, d) => p * d)];
    }

    /// <inheritdoc/>
    public int Count => _first.Count;

    /// <inheritdoc/>
    public IReadOnlyList<long> ExampleShape { get; }

    /// <summary>True if both sources may be used by several threads at once.</summary>
    public bool IsThreadSafe => _first.IsThreadSafe && _second.IsThreadSafe;

    /// <inheritdoc/>
    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        BatchIndices.Check(indices, Count);
        using var scope = NewDisposeScope();
        Tensor first = BatchGuard.Fetch(_first, indices), second = BatchGuard.Fetch(_second, indices);
        return first.is_floating_point() && second.is_floating_point()
            ? scope.MoveToOuter(cat([first.flatten(1), second.flatten(1).to(first.dtype)], 1))
            : throw new InvalidOperationException(
                $"Expected floating-point examples of both modalities, got {TensorGuard.Describe(first)} and " +
                    $"{TensorGuard.Describe(second)}.");
    }
}
