using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Examples held in one tensor: the fastest source for data that fit in memory.</summary>
/// <remarks>
/// <see cref="GetBatch"/> scales bytes (pixels) from [0, 255] to [−1, 1], as in the paper, and returns floating-point and int64 examples
/// (ids of tokens) unchanged. The source shares the memory of its tensor and holds its own reference: the caller may dispose the tensor,
/// and must dispose the source.
/// </remarks>
public sealed class InMemorySource : IBatchSource, IMemoryHolder, IDisposable
{
    private readonly Tensor _examples;

    /// <summary>Creates a source over the rows of a tensor.</summary>
    /// <param name="examples">
    /// Examples <c>[count, *shape]</c>, uint8, floating point or int64, on the CPU, at least one dimension after the first.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The tensor is empty, not on the CPU, of another dtype, has more rows than an int can count, or holds non-finite values.
    /// </exception>
    public InMemorySource(Tensor examples)
    {
        NativeBackend.EnsureLoadable();
        TensorGuard.NotDisposed(examples);
        if (examples.dim() < 2 || examples.numel() == 0)
        {
            throw new ArgumentException(
                $"Expected at least one example in a tensor [count, *shape], got {TensorGuard.Describe(examples)}.", nameof(examples));
        }

        if (examples.dtype is not (ScalarType.Byte or ScalarType.Int64) && !examples.is_floating_point())
        {
            throw new ArgumentException(
                $"Expected uint8 (pixels), floating-point or int64 (ids) examples, got {TensorGuard.Describe(examples)}.",
                nameof(examples));
        }

        if (examples.device_type != DeviceType.CPU)
        {
            throw new ArgumentException($"Expected examples on the CPU, got {TensorGuard.Describe(examples)}.", nameof(examples));
        }

        if (examples.shape[0] > int.MaxValue)
        {
            throw new ArgumentException(
                $"Expected at most {int.MaxValue} examples, got {TensorGuard.Describe(examples)}.", nameof(examples));
        }

        TensorGuard.Finite(examples);
        _examples = examples.detach().DetachFromDisposeScope();
        Count = (int)examples.shape[0];
        ExampleShape = examples.shape[1..];
    }

    /// <summary>Bytes of the examples.</summary>
    long? IMemoryHolder.HeldBytes => _examples.numel() * _examples.element_size();

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> ExampleShape { get; }

    /// <summary>True: several threads may fetch at once. Dispose the source after they are done.</summary>
    public bool IsThreadSafe => true;

    /// <inheritdoc/>
    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        ObjectDisposedException.ThrowIf(_examples.IsInvalid, this);
        BatchIndices.Check(indices, Count);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor rows = _examples.index_select(0, tensor(indices.ToArray(), ScalarType.Int64));
        return scope.MoveToOuter(rows.dtype == ScalarType.Byte ? Scaled(rows) : rows);
    }

    /// <summary>Releases this source's reference to the examples.</summary>
    public void Dispose() => _examples.Dispose();

    /// <summary>Bytes in [0, 255] as float32 in [−1, 1].</summary>
    internal static Tensor Scaled(Tensor pixels) => pixels.to(ScalarType.Float32).div_(127.5).sub_(1.0);
}
