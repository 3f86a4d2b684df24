using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>Checks the samples that a user gives to an estimator, and brings them to float64 on the CPU.</summary>
internal static class PairInput
{
    /// <summary>Both sides as <c>[n, d]</c> in float64, on the CPU, without gradient, in the dispose scope of the caller.</summary>
    public static (Tensor X, Tensor Y) Read(Tensor x, Tensor y)
    {
        Check(x, nameof(x));
        Check(y, nameof(y));
        if (x.shape[0] != y.shape[0])
        {
            throw new ArgumentException($"Expected as many rows as x has ({x.shape[0]}), got {TensorGuard.Describe(y)}.", nameof(y));
        }

        TensorGuard.Finite(x, nameof(x));
        TensorGuard.Finite(y, nameof(y));
        return (Matrix(x), Matrix(y));
    }

    /// <summary>Columns of a matrix <c>[n, d]</c>, each an array.</summary>
    public static double[][] Columns(Tensor matrix)
    {
        var columns = new double[matrix.shape[1]][];
        for (int d = 0; d < columns.Length; d++)
        {
            using var scope = NewDisposeScope();
            columns[d] = matrix.select(1, d).contiguous().data<double>().ToArray();
        }

        return columns;
    }

    /// <summary>Each column with mean 0 and standard deviation 1; a constant column becomes 0.</summary>
    public static Tensor Standardize(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        // Scaled first, so that squares of very large or small values stay in range, and a constant column is exactly ±1 and deviates by 0.
        Tensor scale = matrix.abs().amax([0L]);
        Tensor scaled = matrix / where(scale.eq(0), ones_like(scale), scale);
        Tensor centered = scaled - scaled.mean([0L]);
        Tensor deviation = centered.square().mean([0L]).sqrt();
        Tensor constant = scaled.amax([0L]).eq(scaled.amin([0L]));
        Tensor result = where(constant | deviation.eq(0), zeros_like(centered), centered / deviation);
        return scope.MoveToOuter(result);
    }

    private static void Check(Tensor values, string name)
    {
        TensorGuard.NotDisposed(values, name);
        TensorGuard.FloatingPoint(values, name);
        if (values.dim() is not (1 or 2) || values.numel() == 0)
        {
            throw new ArgumentException($"Expected samples [n, d], or [n] for one dimension, got {TensorGuard.Describe(values)}.", name);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.shape[0], Array.MaxLength, name);
    }

    private static Tensor Matrix(Tensor values) => values.detach().reshape(values.shape[0], -1).to(ScalarType.Float64, CPU);
}
