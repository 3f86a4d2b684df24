using static TorchSharp.torch;

namespace InfoMax.Evaluation.Features;

/// <summary>
/// Mean and population standard deviation of the training rows, applied to any rows: (x − mean) / std in float64, and 0 for a column that
/// is constant over the training rows, up to the rounding of float64. Owns its tensors.
/// </summary>
internal sealed class Standardizer : IDisposable
{
    private const int BlockRows = 2048;
    private const double Limit = 1e15;
    private const double Rounding = 2.220446049250313e-16;

    private Standardizer(Tensor mean, Tensor unit, Tensor center, Tensor factor)
    {
        Mean = mean.DetachFromDisposeScope();
        Unit = unit.DetachFromDisposeScope();
        Center = center.DetachFromDisposeScope();
        Factor = factor.DetachFromDisposeScope();
    }

    /// <summary>Column means <c>[F]</c>, float64.</summary>
    public Tensor Mean { get; }

    /// <summary>Powers of two near the size of each column, <c>[F]</c>, float64; 1 for constant columns.</summary>
    public Tensor Unit { get; }

    /// <summary>Mean of each column, in its <see cref="Unit"/>, <c>[F]</c>, float64; 0 for constant columns.</summary>
    public Tensor Center { get; }

    /// <summary><see cref="Unit"/> / std, and 0 for constant columns, <c>[F]</c>, float64.</summary>
    public Tensor Factor { get; }

    /// <summary>Measures the columns of a matrix <c>[N, F]</c> in two passes.</summary>
    public static Standardizer Fit(Tensor values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor unit = Magnitude.OfColumns(values);
        Tensor mean = zeros(values.shape[1], dtype: ScalarType.Float64);
        Tensor square = zeros_like(mean);
        long rows = values.shape[0];
        ForEachBlock(values, (_, block) => mean.add_(block.div_(unit).div_(rows).sum(dim: 0)));
        ForEachBlock(values, (_, block) => square.add_(block.div_(unit).sub_(mean).pow_(2).div_(rows).sum(dim: 0)));
        Tensor constant = Constant(values, mean, square);
        Tensor factor = square.sqrt_().reciprocal_();
        Tensor none = zeros_like(mean);
        return new Standardizer(
            mean * unit, where(constant, ones_like(unit), unit), where(constant, none, mean), where(constant, none, factor));
    }

    /// <summary>
    /// Whether each column is constant, <c>[F]</c>: its values differ by no more than the rounding of their sum may, so that there is
    /// nothing but rounding to scale up.
    /// </summary>
    /// <param name="values">The rows <c>[N, F]</c>, in any unit.</param>
    /// <param name="mean">Mean of each column <c>[F]</c>, float64.</param>
    /// <param name="square">Mean squared deviation of each column <c>[F]</c>, in the squared unit of the mean.</param>
    public static Tensor Constant(Tensor values, Tensor mean, Tensor square)
    {
        using var scope = NewDisposeScope();
        double rounding = values.shape[0] * Rounding;
        Tensor equal = values.amax([0L]).eq(values.amin([0L]));
        return scope.MoveToOuter(equal.logical_or(square.le((square * rounding) + (mean * rounding).square())));
    }

    /// <summary>The standardized rows <c>[N, F]</c>, a new tensor of the given dtype for the caller's scope.</summary>
    public Tensor Apply(Tensor values, ScalarType kind)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor result = empty(values.shape, dtype: kind);
        ForEachBlock(values, (start, block) =>
            result.narrow(0, start, block.shape[0]).copy_(Apply(block, Unit, Center, Factor).clamp_(-Limit, Limit)));
        return scope.MoveToOuter(result);
    }

    /// <summary>Standardizes a float64 block in place.</summary>
    public static Tensor Apply(Tensor block, Tensor unit, Tensor center, Tensor factor) => block.div_(unit).sub_(center).mul_(factor);

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
        Unit.Dispose();
        Center.Dispose();
        Factor.Dispose();
    }
}
