using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// An invertible map of one vector, applied row by row. Mapping X, Y or both leaves their mutual information as it is, and makes it harder
/// to estimate. Extension point: one new class that implements <see cref="Map"/>.
/// </summary>
/// <remarks>Maps are stateless and immutable. A map need only be one-to-one on the values it is given, and may add dimensions.</remarks>
public abstract class SampleMap
{
    /// <summary>How many dimensions come out; the default is as many as go in.</summary>
    /// <param name="inputDimensions">Dimensions of the vectors that go in, 1 or more.</param>
    /// <returns>Dimensions of the vectors that come out.</returns>
    /// <exception cref="ArgumentException">The map does not take vectors of so many dimensions.</exception>
    public virtual int OutputDimensions(int inputDimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputDimensions, 1);
        return inputDimensions;
    }

    /// <summary>Maps vectors.</summary>
    /// <param name="values">Vectors <c>[n, d]</c>, float32 or float64.</param>
    /// <returns>A new tensor <c>[n, OutputDimensions(d)]</c> of the same dtype that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="values"/> is disposed, not a matrix, of another dtype, or of dimensions that the map does not take.
    /// </exception>
    /// <exception cref="InvalidOperationException">The map gave another shape or dtype than it promised.</exception>
    public Tensor Apply(Tensor values)
    {
        TensorGuard.NotDisposed(values);
        TensorGuard.SingleOrDouble(values);
        TensorGuard.HasShape(values, [-1, -1]);
        int dimensions = OutputDimensions((int)values.shape[1]);
        using var scope = NewDisposeScope();
        Tensor result = Map(values);
        if (result is null || result.dim() != 2 || result.shape[0] != values.shape[0] || result.shape[1] != dimensions || result.dtype != values.dtype)
        {
            string got = result is null ? "null" : TensorGuard.Describe(result);
            throw new InvalidOperationException(
                $"{GetType().Name} was to give shape {TensorGuard.Shape([values.shape[0], dimensions])}, dtype {values.dtype}, and gave {got}.");
        }

        return ReferenceEquals(result, values) ? scope.MoveToOuter(values.alias()) : scope.MoveToOuter(result);
    }

    /// <summary>Maps vectors. Arguments have been checked, and a dispose scope is open.</summary>
    /// <param name="values">Vectors <c>[n, d]</c>, float32 or float64; not to be changed.</param>
    /// <returns>The mapped vectors <c>[n, OutputDimensions(d)]</c> in the same dtype.</returns>
    protected abstract Tensor Map(Tensor values);
}
