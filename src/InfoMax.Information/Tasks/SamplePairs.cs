using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// Samples of a pair of random vectors: row i of <see cref="X"/> and row i of <see cref="Y"/> were drawn together. Owns both tensors.
/// </summary>
public sealed class SamplePairs : IDisposable
{
    /// <summary>Takes ownership of both tensors; they leave the dispose scope they were made in.</summary>
    /// <param name="x">Samples <c>[n, dx]</c>, floating point, n and dx at least 1.</param>
    /// <param name="y">Samples <c>[n, dy]</c> of the same dtype and on the same device, dy at least 1.</param>
    /// <exception cref="ArgumentNullException">A tensor is null.</exception>
    /// <exception cref="ArgumentException">
    /// A tensor is disposed, of another shape or not floating point, or the tensors differ in rows, dtype or device. Ownership then stays
    /// with the caller.
    /// </exception>
    public SamplePairs(Tensor x, Tensor y)
    {
        CheckMatrix(x, nameof(x));
        CheckMatrix(y, nameof(y));
        TensorGuard.HasShape(y, [x.shape[0], -1], nameof(y));
        TensorGuard.SameKind(y, x, nameof(y), nameof(x));
        X = x.DetachFromDisposeScope();
        Y = y.DetachFromDisposeScope();
    }

    /// <summary>Samples of the first vector, <c>[n, dx]</c>. Owned by this object.</summary>
    public Tensor X { get; }

    /// <summary>Samples of the second vector, <c>[n, dy]</c>. Owned by this object.</summary>
    public Tensor Y { get; }

    /// <summary>Number of pairs, n.</summary>
    public long Count => X.shape[0];

    /// <summary>Releases both tensors.</summary>
    public void Dispose()
    {
        X.Dispose();
        Y.Dispose();
    }

    private static void CheckMatrix(Tensor tensor, string name)
    {
        TensorGuard.NotDisposed(tensor, name);
        TensorGuard.FloatingPoint(tensor, name);
        TensorGuard.HasShape(tensor, [-1, -1], name);
        if (tensor.numel() == 0)
        {
            throw new ArgumentException($"Expected at least one row and one column, got {TensorGuard.Describe(tensor)}.", name);
        }
    }
}
