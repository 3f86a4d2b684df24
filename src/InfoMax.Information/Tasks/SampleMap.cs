using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// An invertible map of one vector, applied row by row. Mapping X, Y or both leaves their mutual information as it is, and makes it harder
/// to estimate. To add a map, derive a class that implements <see cref="Map"/>.
/// </summary>
/// <remarks>
/// Maps are stateless and immutable. A map must be one-to-one on the values it is given; it may add dimensions. The maps below are those of
/// Czyż et al., "Beyond Normal" (2023), and the cubic map of Poole et al. (2019).
/// </remarks>
public abstract class SampleMap
{
    /// <summary>Leaves values as they are.</summary>
    public static SampleMap Identity { get; } = new IdentityMap();

    /// <summary>
    /// The cube of each value: much longer tails. Applied to Y of a correlated Gaussian it is the "cubic" task of Poole et al.
    /// </summary>
    public static SampleMap Cubic { get; } = new CubicMap();

    /// <summary>x·√|x| of each value: longer tails.</summary>
    public static SampleMap HalfCube { get; } = new HalfCubeMap();

    /// <summary>The inverse hyperbolic sine of each value: shorter tails.</summary>
    public static SampleMap Asinh { get; } = new AsinhMap();

    /// <summary>The standard normal distribution function Φ of each value: standard normal values become uniform on [0, 1].</summary>
    public static SampleMap NormalCdf { get; } = new NormalCdfMap();

    /// <summary>
    /// Rolls the interval [0, 1] up in the plane: u goes to (t cos t, t sin t) / 21 with t = 1.5π(1 + 2u). One dimension becomes two.
    /// </summary>
    public static SampleMap SwissRoll { get; } = new SwissRollMap();

    /// <summary>
    /// Turns standard normal values into a mixture of two normal distributions of unit variance and keeps their order. Has no gradient.
    /// </summary>
    /// <param name="weight">Weight of the first part, from 0 to 1.</param>
    /// <param name="firstMean">Mean of the first part.</param>
    /// <param name="secondMean">Mean of the second part.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The weight is out of range, or a mean is not finite.</exception>
    public static SampleMap Bimodal(double weight, double firstMean, double secondMean) => new BimodalMap(weight, firstMean, secondMean);

    /// <summary>Turns each vector v in one coordinate plane by the angle speed · ‖v‖². Norms stay.</summary>
    /// <param name="first">The coordinate that is turned towards <paramref name="second"/>, from 0.</param>
    /// <param name="second">The other coordinate of the plane, from 0.</param>
    /// <param name="speed">Radians per unit of squared norm.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The coordinates are equal.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is negative, or the speed is not finite.</exception>
    public static SampleMap Spiral(int first, int second, double speed) => new SpiralMap(first, second, speed);

    /// <summary>Adds small sine waves to each value: x + Σ a·sin(f·x + p). Strictly increasing, since Σ|a·f| is below 1.</summary>
    /// <param name="waves">Amplitude a, frequency f and phase p (in radians) of each wave.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="waves"/> is null.</exception>
    /// <exception cref="ArgumentException">Σ|a·f| is not below 1, or a phase is not finite.</exception>
    public static SampleMap Wiggly(IEnumerable<(double Amplitude, double Frequency, double Phase)> waves) => new WigglyMap(waves);

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
        if (result is null || result.dim() != 2 || result.shape[0] != values.shape[0] || result.shape[1] != dimensions
            || result.dtype != values.dtype)
        {
            string got = result is null ? "null" : TensorGuard.Describe(result);
            throw new InvalidOperationException(
                $"{GetType().Name} was to give shape {TensorGuard.Shape([values.shape[0], dimensions])}, dtype {values.dtype}, and "
                + $"gave {got}.");
        }

        return ReferenceEquals(result, values) ? scope.MoveToOuter(values.alias()) : scope.MoveToOuter(result);
    }

    /// <summary>Maps vectors. Arguments have been checked, and a dispose scope is open.</summary>
    /// <param name="values">Vectors <c>[n, d]</c>, float32 or float64; not to be changed.</param>
    /// <returns>The mapped vectors <c>[n, OutputDimensions(d)]</c> in the same dtype.</returns>
    protected abstract Tensor Map(Tensor values);
}
