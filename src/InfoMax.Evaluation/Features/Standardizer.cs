using static TorchSharp.torch;

namespace InfoMax.Evaluation.Features;

/// <summary>
/// Mean and population standard deviation of the training rows, applied to any rows: (x − mean) / std in double, and 0 for a column that is
/// constant over the training rows, but for rounding in double. Owns its tensors.
/// </summary>
internal sealed class Standardizer : IDisposable
{
    private const int BlockRows = 2048;
    private const double Limit = 1e15;
    private const double Rounding = 2.220446049250313e-16;

    private Standardizer(Tensor mean, Tensor inverseStd)
    {
        Mean = mean.DetachFromDisposeScope();
        InverseStd = inverseStd.DetachFromDisposeScope();
    }

    /// <summary>Column means <c>[F]</c>, float64.</summary>
    public Tensor Mean { get; }

    /// <summary>1 / std, and 0 for constant columns, <c>[F]</c>, float64.</summary>
    public Tensor InverseStd { get; }

    /// <summary>Measures the columns of a matrix <c>[N, F]</c> in two passes.</summary>
    public static Standardizer Fit(Tensor values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long rows = values.shape[0];
        Tensor mean = zeros(values.shape[1], dtype: ScalarType.Float64);
        Tensor square = zeros_like(mean);
        ForEachBlock(values, (_, block) => mean.add_(block.div(rows).sum(dim: 0)));
        ForEachBlock(values, (_, block) => square.add_(block.sub_(mean).pow_(2).div_(rows).sum(dim: 0)));
        // Where the values differ by no more than the rounding of their sum may, there is nothing but rounding to scale up.
        double rounding = rows * Rounding;
        Tensor constant = values.amax([0L]).eq(values.amin([0L])).logical_or(square.le((square * rounding) + (mean * rounding).square()));
        Tensor inverse = square.sqrt_().reciprocal_();
        inverse = where(constant.logical_or(inverse.isfinite().logical_not()), zeros_like(inverse), inverse);
        return new Standardizer(mean, inverse);
    }

    /// <summary>Neither shifts nor scales.</summary>
    public static Standardizer Identity(long features)
    {
        using var scope = NewDisposeScope();
        return new Standardizer(zeros(features, dtype: ScalarType.Float64), ones(features, dtype: ScalarType.Float64));
    }

    /// <summary>The standardized rows <c>[N, F]</c>, a new tensor of the given dtype for the caller's scope.</summary>
    public Tensor Apply(Tensor values, ScalarType kind)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor result = empty(values.shape, dtype: kind);
        ForEachBlock(values, (start, block) =>
            result.narrow(0, start, block.shape[0]).copy_(block.sub_(Mean).mul_(InverseStd).clamp_(-Limit, Limit)));
        return scope.MoveToOuter(result);
    }

    /// <summary>Calls an action for each block of rows, as a float64 copy that the action may change.</summary>
    public static void ForEachBlock(Tensor values, Action<int, Tensor> action)
    {
        for (long start = 0; start < values.shape[0]; start += BlockRows)
        {
            using var scope = NewDisposeScope();
            action((int)start, values.narrow(0, start, Math.Min(BlockRows, values.shape[0] - start)).to(ScalarType.Float64, copy: true));
        }
    }

    public void Dispose()
    {
        Mean.Dispose();
        InverseStd.Dispose();
    }
}
