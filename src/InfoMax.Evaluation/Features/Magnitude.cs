using static TorchSharp.torch;

namespace InfoMax.Evaluation.Features;

/// <summary>
/// Powers of two near the size of values. Dividing by one is exact, so that squares of the quotients neither overflow nor vanish and
/// results do not depend on the unit of the data.
/// </summary>
internal static class Magnitude
{
    /// <summary>
    /// For each column of a matrix <c>[N, F]</c> the power of two at or below its greatest magnitude, 1 for zeros: <c>[F]</c>,
    /// float64.
    /// </summary>
    public static Tensor OfColumns(Tensor values)
    {
        using var scope = NewDisposeScope();
        Tensor largest = maximum(values.amax([0L]), values.amin([0L]).neg_()).to(ScalarType.Float64);
        double[] powers = [.. largest.cpu().data<double>().ToArray().Select(PowerOfTwo)];
        return scope.MoveToOuter(tensor(powers));
    }

    /// <summary>The power of two at or below the greatest magnitude of all values; 1 if all are 0.</summary>
    public static double Of(Tensor values)
    {
        using var scope = NewDisposeScope();
        double most = values.max().to(ScalarType.Float64).item<double>(), least = values.min().to(ScalarType.Float64).item<double>();
        return PowerOfTwo(Math.Max(most, -least));
    }

    /// <summary>The power of two at or below a number above 0; 1 for 0.</summary>
    public static double PowerOfTwo(double value) => value > 0 && double.IsFinite(value) ? Math.ScaleB(1, Math.ILogB(value)) : 1;
}
