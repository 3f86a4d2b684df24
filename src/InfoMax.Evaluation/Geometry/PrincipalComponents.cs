using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Solvers;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Principal component analysis: the directions of greatest variance, in float64. Plain numbers, nothing to dispose.</summary>
/// <remarks>
/// The sign of a component is chosen so that its entry of greatest magnitude is positive (the first of equals). Up to 1200 rows or columns
/// the decomposition is direct. Above, the leading components are iterated until their variances change by less than 10⁻¹⁰ of the
/// greatest. Features whose values differ only by rounding count as constant.
/// </remarks>
public sealed class PrincipalComponents
{
    private readonly double[] _mean;
    private readonly double[] _components;
    private readonly double[] _variance;
    private readonly double _total;
    private readonly double _unit;

    /// <param name="mean">Mean of each feature, in the unit.</param>
    /// <param name="components">The components, row-major.</param>
    /// <param name="variance">Variances in the squared unit.</param>
    /// <param name="total">Their sum over all components.</param>
    /// <param name="unit">A power of two near the size of the values.</param>
    private PrincipalComponents(double[] mean, double[] components, double[] variance, double total, double unit)
    {
        (_components, _variance, _total, _unit) = (components, variance, total, unit);
        _mean = [.. mean.Select(m => m * unit)];
    }

    /// <summary>Number of components, k.</summary>
    public int Count => _variance.Length;

    /// <summary>Features per row, F.</summary>
    public int FeatureCount => _mean.Length;

    /// <summary>Mean of each feature, <c>[F]</c>.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>The components, <c>[F, k]</c> in row-major order: orthonormal columns, greatest variance first.</summary>
    public ReadOnlySpan<double> Components => _components;

    /// <summary>Variance along each component (n − 1 in the denominator), descending.</summary>
    public IReadOnlyList<double> ExplainedVariance => [.. _variance.Select(v => v * _unit * _unit)];

    /// <summary>Fraction of the total variance along each component, in [0, 1]; 0 if nothing varies.</summary>
    public IReadOnlyList<double> ExplainedVarianceRatio => [.. _variance.Select(v => _total > 0 ? v / _total : 0)];

    /// <summary>Summed variance of all features.</summary>
    public double TotalVariance => _total * _unit * _unit;

    /// <summary>Finds the leading components of features, which are centered but not scaled.</summary>
    /// <param name="features">Features <c>[N, F]</c>, N at least 2.</param>
    /// <param name="count">How many components, from 1 to the smaller of N and F.</param>
    /// <param name="cancellationToken">Checked between iterations.</param>
    /// <exception cref="ArgumentException">There is one row only, or values are not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static PrincipalComponents Fit(FeatureSet features, int count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.CheckUsable();
        if (features.Count < 2)
        {
            throw new ArgumentException($"Expected at least two rows, got {features.Count}.", nameof(features));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Math.Min(features.Count, features.FeatureCount));
        TensorGuard.Finite(features.Values, nameof(features));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        double unit = Magnitude.Of(features.Values);
        Tensor rows = features.Values.to(ScalarType.Float64, copy: true).div_(unit);
        Tensor mean = rows.mean([0L]);
        rows.sub_(mean);
        rows.mul_(Standardizer.Constant(features.Values, mean, rows.square().mean([0L])).logical_not());
        (Tensor values, Tensor vectors) = Leading(rows, count, cancellationToken);
        Tensor largest = vectors.gather(0, vectors.abs().argmax(0).unsqueeze(0));
        vectors = vectors * where(largest.lt(0), -ones_like(largest), ones_like(largest));
        double degrees = features.Count - 1;
        return new PrincipalComponents(
            mean.data<double>().ToArray(),
            vectors.contiguous().data<double>().ToArray(),
            values.div(degrees).data<double>().ToArray(),
            rows.pow_(2).sum().item<double>() / degrees,
            unit);
    }

    /// <summary>Projects features onto the components.</summary>
    /// <param name="features">Features <c>[N, F]</c>.</param>
    /// <returns>
    /// A new feature set <c>[N, k]</c> of the dtype and with the labels of the features; the caller disposes it. Projections that float32
    /// cannot hold are float64.
    /// </returns>
    /// <exception cref="ArgumentException">The width is not <see cref="FeatureCount"/>.</exception>
    public FeatureSet Transform(FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.CheckUsable();
        TensorGuard.HasShape(features.Values, [-1, FeatureCount], nameof(features));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor components = tensor(_components).reshape(FeatureCount, Count);
        double unit = Math.Max(_unit, Magnitude.Of(features.Values));
        Tensor mean = tensor(_mean).div_(unit);
        bool single = features.Values.dtype == ScalarType.Float32 && unit is > 1e-30 and < 1e30;
        Tensor result = empty(features.Count, Count, dtype: single ? ScalarType.Float32 : ScalarType.Float64);
        Standardizer.ForEachBlock(
            features.Values,
            (start, block) => result.narrow(0, start, block.shape[0]).copy_(block.div_(unit).sub_(mean).matmul(components).mul_(unit)));
        return features.WithValues(result, features.Name);
    }

    /// <summary>Counts and fractions of the variance in one line.</summary>
    public override string ToString()
    {
        IReadOnlyList<double> shares = ExplainedVarianceRatio;
        string first = string.Join(", ", shares.Take(3).Select(share => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1}")));
        string all = string.Create(CultureInfo.InvariantCulture, $"{100 * shares.Sum():F1} % of the variance");
        return $"{Count} principal components of {FeatureCount} features: {all} ({first}{(Count > 3 ? ", …" : "")})";
    }

    private static (Tensor Values, Tensor Vectors) Leading(Tensor rows, int count, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        (long n, long f) = (rows.shape[0], rows.shape[1]);
        Tensor values;
        Tensor vectors;
        if (Math.Min(n, f) > Spectrum.FullSize)
        {
            (values, vectors) = Spectrum.Leading(rows, count, iterations: 300, tolerance: 1e-10, seed: 0, cancellationToken);
        }
        else
        {
            (values, vectors) = Spectrum.Decompose(n < f ? Spectrum.Gram(rows) : Spectrum.Scatter(rows));
            if (n < f)
            {
                vectors = rows.t().matmul(vectors / values.sqrt());
            }
        }

        long missing = count - values.shape[0];
        if (missing > 0)
        {
            // Directions without variance: any that are orthogonal to the rest.
            Tensor basis = linalg.qr(cat([vectors, eye(f, dtype: ScalarType.Float64)], 1)).Q;
            vectors = cat([vectors, basis.narrow(1, vectors.shape[1], missing)], 1);
            values = cat([values, zeros(missing, dtype: ScalarType.Float64)], 0);
        }

        return (scope.MoveToOuter(values.narrow(0, 0, count).clone()), scope.MoveToOuter(vectors.narrow(1, 0, count).clone()));
    }
}
