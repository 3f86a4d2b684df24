using InfoMax.Evaluation.Features;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Rows as float32, in which neighbors are searched.</summary>
internal static class ComparableRows
{
    /// <summary>Magnitudes that float32 holds with digits to spare at both ends.</summary>
    private const double Smallest = 1e-18, Largest = 1e18;

    /// <summary>
    /// Float32 rows of queries and gallery, finite, standardized by the gallery's rows or as they are. If float32 cannot hold the values of
    /// float64 rows, they are divided by a common power of two, the unit, and distances have to be multiplied by it.
    /// </summary>
    /// <exception cref="ArgumentException">The metric is the user's own, and float32 cannot hold the values.</exception>
    public static (Tensor Queries, Tensor Gallery, double Unit) Of(Tensor queries, Tensor gallery, DistanceMetric metric, bool standardize)
    {
        using var scope = NewDisposeScope();
        if (standardize)
        {
            using Standardizer standardizer = Standardizer.Fit(gallery);
            Tensor searched = standardizer.Apply(gallery, ScalarType.Float32);
            Tensor sought = ReferenceEquals(queries, gallery) ? searched : standardizer.Apply(queries, ScalarType.Float32);
            return (scope.MoveToOuter(sought), scope.MoveToOuter(searched), 1);
        }

        double magnitude = Math.Max(Magnitude.Of(queries), Magnitude.Of(gallery));
        bool fits = (queries.dtype == ScalarType.Float32 && gallery.dtype == ScalarType.Float32) || magnitude is >= Smallest and <= Largest;
        if (!fits && metric.Degree is null && magnitude >= float.MaxValue)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Expected values that float32 can hold, for the metric \"{metric.Name}\", got magnitudes of {magnitude:G3}."),
                nameof(gallery));
        }

        double unit = fits || metric.Degree is null ? 1 : magnitude;
        return (scope.MoveToOuter(Single(queries, unit)), scope.MoveToOuter(Single(gallery, unit)), metric.Degree == 1 ? unit : 1);
    }

    private static Tensor Single(Tensor rows, double unit) =>
        (unit == 1 ? rows.alias() : rows.to(ScalarType.Float64) / unit).to(ScalarType.Float32);
}
