using System.Globalization;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// Canonical correlations of two sets of samples (Hotelling, 1936): the greatest correlation between a linear combination of X and one of
/// Y, then the greatest of combinations that are uncorrelated with the former, and so on; and the mutual information that they would mean.
/// </summary>
/// <remarks>
/// <para>
/// −½ Σ log(1 − ρ²) is the mutual information where X and Y are jointly normal. Of other distributions, with their true correlations, it is
/// a lower bound if X alone or Y alone is normal, whatever their joint distribution. Otherwise it is no bound in either direction: it sees
/// no dependence beyond the linear, and correlations with discrete variables can give more than their entropy, to which the value is cut.
/// </para>
/// <para>
/// Correlations measured on few samples are too high: of independent normal vectors the expected information is about dx·dy/(2n).
/// Invariant under invertible linear maps of X and of Y, up to rounding.
/// </para>
/// </remarks>
public sealed class CanonicalCorrelations
{
    private const int MaxPrinted = 5;
    private const double Exact = 1e-12;

    private CanonicalCorrelations(double[] correlations, double gaussian, double limit, double byChance)
    {
        Correlations = Array.AsReadOnly(correlations);
        (MutualInformation, IsLimited, ExpectedByChance) = (Math.Min(gaussian, limit), gaussian > limit, byChance);
    }

    /// <summary>
    /// The correlations ρ, descending, from 0 to 1: as many as the lesser of the ranks of X and Y, hence none if one of them is constant.
    /// </summary>
    public IReadOnlyList<double> Correlations { get; }

    /// <summary>
    /// −½ Σ log(1 − ρ²) in nats, 0 or more; infinite if a correlation is 1. If X or Y is discrete (at most half of its rows are distinct),
    /// at most its entropy, which the mutual information cannot exceed.
    /// </summary>
    public double MutualInformation { get; }

    /// <summary>
    /// Whether the entropy of a discrete side limits <see cref="MutualInformation"/>: the formula does not hold for such samples.
    /// </summary>
    public bool IsLimited { get; }

    /// <summary>About the value that independent normal vectors of these sizes would give, rank(X)·rank(Y)/(2n) nats.</summary>
    public double ExpectedByChance { get; }

    /// <summary>The value and the largest correlations.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        string more = Correlations.Count > MaxPrinted ? ", …" : "";
        string shown = string.Join(
            ", ", Correlations.Take(MaxPrinted).Select(value => value.ToString("0.###", CultureInfo.InvariantCulture)));
        string limited = IsLimited
            ? ", the entropy of a discrete side: the formula for normal vectors gives more; "
                + $"use {nameof(Information.MutualInformation)}.{nameof(Information.MutualInformation.WithLabels)} for labels"
            : "";
        string correlations = Correlations.Count == 0 ? "no correlations" : $"correlations {shown}{more}";
        return string.Create(
            CultureInfo.InvariantCulture, $"{MutualInformation:F3} nats{limited} (about {ExpectedByChance:F3} by chance; {correlations})");
    }

    /// <summary>Measures the canonical correlations of samples, in double.</summary>
    /// <param name="x">Samples <c>[n, dx]</c>, or <c>[n]</c> for one dimension: floating point, any device.</param>
    /// <param name="y">
    /// Samples <c>[n, dy]</c> or <c>[n]</c>; row i was drawn with row i of <paramref name="x"/>. n must exceed dx + dy, or some
    /// combinations would fit by chance.
    /// </param>
    /// <returns>Plain values.</returns>
    /// <remarks>
    /// Constant columns are left out, and so is what of a column depends linearly on others, up to a tolerance relative to the greatest
    /// singular value of the standardized columns: 10⁻¹² in float64, 10⁻⁶ in float32 and 10⁻² in half precision, where rounding would
    /// otherwise count as data. A correlation is 1 if the sine of its angle is below 10⁻¹², so Y = 2X in float64 gives infinity.
    /// </remarks>
    /// <exception cref="ArgumentNullException">A tensor is null.</exception>
    /// <exception cref="ArgumentException">
    /// A tensor is disposed, not floating point, empty, of another shape or not finite; the rows differ; or there are not more rows than
    /// dimensions.
    /// </exception>
    public static CanonicalCorrelations Of(Tensor x, Tensor y)
    {
        NativeBackend.EnsureLoadable();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Tensor xs, Tensor ys) = PairInput.Read(x, y);
        if (xs.shape[0] <= xs.shape[1] + ys.shape[1])
        {
            throw new ArgumentException(
                $"Expected more rows than X and Y have dimensions together ({xs.shape[1]} + {ys.shape[1]}), got {xs.shape[0]} rows.",
                nameof(x));
        }

        Tensor? wide = Basis(xs, x.dtype);
        Tensor? narrow = Basis(ys, y.dtype);
        if (wide is null || narrow is null)
        {
            return new CanonicalCorrelations([], 0, double.PositiveInfinity, 0);
        }

        if (wide.shape[1] < narrow.shape[1])
        {
            (wide, narrow) = (narrow, wide);
        }

        // Cosines of the angles between both spaces, and the sines, which alone are precise for small angles (Björck and Golub, 1973).
        Tensor projection = wide.t().matmul(narrow);
        double[] cosines = SingularValues(projection);
        double[] sines = SingularValues(narrow - wide.matmul(projection));
        Array.Reverse(sines);
        double information = 0;
        for (int i = 0; i < cosines.Length; i++)
        {
            cosines[i] = sines[i] < Exact ? 1 : Math.Min(cosines[i], 1);
            double residual = cosines[i] * cosines[i] < 0.5 ? 0.5 * Math.Log(1 - (cosines[i] * cosines[i])) : Math.Log(sines[i]);
            information -= sines[i] < Exact ? double.NegativeInfinity : residual;
        }

        double limit = Math.Min(Ties.Entropy(PairInput.Columns(xs)), Ties.Entropy(PairInput.Columns(ys)));
        double byChance = wide.shape[1] * (double)narrow.shape[1] / (2 * xs.shape[0]);
        return new CanonicalCorrelations(cosines, Math.Max(0, information), limit, byChance);
    }

    // Orthonormal columns that span the centered columns; null if there are none.
    private static Tensor? Basis(Tensor matrix, ScalarType given)
    {
        (Tensor left, Tensor values, Tensor _) = linalg.svd(PairInput.Standardize(matrix), fullMatrices: false);
        double tolerance = given switch
        {
            ScalarType.Float64 => 1e-12,
            ScalarType.Float32 => 1e-6,
            _ => 1e-2,
        };
        double[] singular = values.data<double>().ToArray();
        int rank = singular.Count(value => value > tolerance * singular[0]);
        return rank == 0 ? null : left.narrow(1, 0, rank);
    }

    private static double[] SingularValues(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        return linalg.svdvals(matrix).contiguous().data<double>().ToArray();
    }
}
