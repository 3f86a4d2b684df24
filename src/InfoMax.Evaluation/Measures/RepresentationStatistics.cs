using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>
/// What can be told of a representation without any label: how many directions it uses, how its units vary, how evenly it spreads,
/// how much its units share. Plain values.
/// </summary>
public sealed class RepresentationStatistics
{
    /// <summary>A deviation, relative to the largest unit's, below which a unit counts as dead.</summary>
    private const double Dead = 1e-3;

    /// <summary>Rows of which all pairs are compared at most.</summary>
    private const int MostPairRows = 4096;

    private const int Block = 512;

    /// <summary>An eigenvalue of a correlation matrix that is a zero after rounding.</summary>
    private const double Singular = 1e-10;

    private RepresentationStatistics()
    {
    }

    /// <summary>Number of rows, N.</summary>
    public int RowCount { get; private init; }

    /// <summary>Units per row, F.</summary>
    public int UnitCount { get; private init; }

    /// <summary>
    /// Number of directions in use: e to the entropy of the singular values of the centered rows, normalized to sum 1; from 1 (all
    /// rows on a line) to the smaller of F and N − 1. 0 if all rows are the same. Source: Roy and Vetterli, 2007.
    /// </summary>
    public double EffectiveRank { get; private init; }

    /// <summary>
    /// (Σλ)²/Σλ² of the eigenvalues λ of the covariance: as the effective rank, but led by the largest. 0 if all rows are the same.
    /// </summary>
    public double ParticipationRatio { get; private init; }

    /// <summary>Standard deviation of each unit over the rows.</summary>
    public IReadOnlyList<double> Deviations { get; private init; } = [];

    /// <summary>Root of the mean square of all values: their size, in which <see cref="Deviations"/> can be measured.</summary>
    public double RootMeanSquare { get; private init; }

    /// <summary>Units whose deviation is at most a thousandth of the largest one's; all of them if none varies.</summary>
    public int DeadUnitCount { get; private init; }

    /// <summary>
    /// log E e^(−2‖a − b‖²) over pairs of rows divided by their lengths (rows of zeros stay at 0): 0 if all point the same way,
    /// near −4 for high dimensions if they spread evenly over the sphere. Over all pairs of up to 4,096 rows, evenly taken. Source:
    /// Wang and Isola, 2020.
    /// </summary>
    public double Uniformity { get; private init; }

    /// <summary>
    /// −½·log det of the correlation matrix of the units' normal scores, in nats: the total correlation KL(p(y) ‖ Π p(yᵢ)) if units
    /// are a Gaussian copula, and a quick reference for <see cref="NeuralDependencyMeasure"/> otherwise. At least 0; biased upwards
    /// by about F²/(4·N); +∞ for units that determine each other, or no more rows than units. Rows with equal values in a unit
    /// share their mean rank there, and a unit that does not vary shares nothing.
    /// </summary>
    public double GaussianTotalCorrelation { get; private init; }

    /// <summary>The smallest deviation of a unit.</summary>
    public double MinDeviation => Deviations.Min();

    /// <summary>The largest deviation of a unit.</summary>
    public double MaxDeviation => Deviations.Max();

    /// <summary>Looks at a set of features.</summary>
    /// <param name="features">The features, at least two rows; labels are not used.</param>
    /// <returns>The statistics.</returns>
    /// <exception cref="ArgumentException">There is one row only, or a value is not finite.</exception>
    public static RepresentationStatistics Of(FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.CheckUsable();
        return Of(features.Values);
    }

    /// <summary>Looks at a matrix.</summary>
    /// <param name="features">Features <c>[N, F]</c>, floating point, N at least 2, any device.</param>
    /// <returns>The statistics.</returns>
    /// <exception cref="ArgumentException">Another shape or dtype, one row only, or a value is not finite.</exception>
    public static RepresentationStatistics Of(Tensor features)
    {
        TensorGuard.NotDisposed(features);
        TensorGuard.FloatingPoint(features);
        TensorGuard.HasShape(features, [-1, -1]);
        if (features.shape[0] < 2 || features.shape[1] < 1)
        {
            throw new ArgumentException($"Expected at least two rows, got {TensorGuard.Describe(features)}.", nameof(features));
        }

        TensorGuard.Finite(features);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // In a unit near the size of the values, so that squares stay in range.
        Tensor values = features.detach().to(ScalarType.Float64, CPU);
        double unit = Magnitude.Of(values);
        Tensor rows = values / unit, mean = rows.mean([0]), centered = rows - mean, square = centered.square().mean([0]);
        Tensor constant = Standardizer.Constant(values, mean, square);
        centered.masked_fill_(constant, 0);
        double[] deviations = square.masked_fill(constant, 0).sqrt().mul_(unit).data<double>().ToArray();
        (double rank, double ratio) = Directions(centered);
        double most = deviations.Max();
        return new RepresentationStatistics
        {
            RowCount = (int)rows.shape[0],
            UnitCount = (int)rows.shape[1],
            EffectiveRank = rank,
            ParticipationRatio = ratio,
            Deviations = deviations,
            RootMeanSquare = rows.square().mean().sqrt().item<double>() * unit,
            DeadUnitCount = deviations.Count(d => d <= most * Dead),
            Uniformity = MeasureUniformity(rows),
            GaussianTotalCorrelation = CopulaCorrelation(rows, constant),
        };
    }

    /// <summary>
    /// E‖a − b‖² over pairs of rows, each divided by its length: how near two views of the same example are, from 0 (the same) to 4
    /// (opposite); 2 for views that have nothing to do with each other in high dimensions. Source: Wang and Isola, 2020, with
    /// exponent 2.
    /// </summary>
    /// <param name="first">Features of one view.</param>
    /// <param name="second">Features of the other view of the same examples, row by row.</param>
    /// <returns>The mean squared distance.</returns>
    /// <exception cref="ArgumentException">The sets have different shapes.</exception>
    public static double Alignment(FeatureSet first, FeatureSet second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        first.CheckUsable();
        second.CheckUsable();
        TensorGuard.HasShape(second.Values, first.Values.shape, nameof(second));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return (Direction(first.Values.to(ScalarType.Float64)) - Direction(second.Values.to(ScalarType.Float64))).square().sum(1).mean()
            .item<double>();
    }

    /// <summary>The statistics in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        FormattableString directions = $"effective rank {EffectiveRank:F1} of {UnitCount}";
        FormattableString units = $"deviations {MinDeviation:G3} to {MaxDeviation:G3} ({DeadUnitCount} dead), uniformity {Uniformity:F2}";
        string[] parts = [.. new[] { directions, units }.Select(FormattableString.Invariant), TotalCorrelation, $"{RowCount} rows"];
        return string.Join(", ", parts);
    }

    private string TotalCorrelation => double.IsFinite(GaussianTotalCorrelation)
        ? string.Create(CultureInfo.InvariantCulture, $"total correlation {GaussianTotalCorrelation:F2} nats (Gaussian copula)")
        : RowCount > UnitCount
            ? "total correlation infinite (units determine each other)"
            : "total correlation unknown (no more rows than units)";

    private static (double EffectiveRank, double ParticipationRatio) Directions(Tensor centered)
    {
        Tensor values = centered.shape[0] < centered.shape[1] ? centered.matmul(centered.t()) : centered.t().matmul(centered);
        double[] eigenvalues = [.. linalg.eigvalsh(values).data<double>().ToArray().Select(v => Math.Max(v, 0))];
        double largest = eigenvalues.Max(), total = eigenvalues.Sum();
        if (largest <= 0)
        {
            return (0, 0);
        }

        // What is left of a zero after rounding is no direction.
        double[] singular = [.. eigenvalues.Where(v => v > largest * 1e-13).Select(Math.Sqrt)];
        double sum = singular.Sum();
        return (Math.Exp(-singular.Sum(s => s / sum * Math.Log(s / sum))), total * total / eigenvalues.Sum(v => v * v));
    }

    private static double MeasureUniformity(Tensor rows)
    {
        long n = rows.shape[0];
        Tensor some = n <= MostPairRows
            ? rows
            : rows.index_select(0, arange(MostPairRows, dtype: ScalarType.Int64).mul(n).div(MostPairRows, RoundingMode.floor));
        Tensor directions = Direction(some);
        Tensor lengths = directions.square().sum(1).mul(2);
        long count = directions.shape[0];
        double sum = 0;
        for (long start = 0; start < count; start += Block)
        {
            using var scope = NewDisposeScope();
            long size = Math.Min(Block, count - start);
            Tensor cosines = directions.narrow(0, start, size).matmul(directions.t());
            sum += cosines.mul(4).sub(lengths).sub(lengths.narrow(0, start, size).unsqueeze(1)).exp().sum().item<double>();
        }

        // A row with itself counts e⁰ = 1.
        return Math.Log(Math.Max(sum - count, double.Epsilon) / ((double)count * (count - 1)));
    }

    private static double CopulaCorrelation(Tensor rows, Tensor constant)
    {
        long n = rows.shape[0];
        if (n <= rows.shape[1])
        {
            return double.PositiveInfinity;
        }

        // Ranks from 0.5 to n - 0.5; equal values have the mean of theirs, or the order of rows would pass for something that units share.
        Tensor columns = rows.t().contiguous();
        Tensor sorted = columns.sort(1).Values;
        Tensor ranks = (searchsorted(sorted, columns) + searchsorted(sorted, columns, right: true)).to(ScalarType.Float64).div(2 * n);
        Tensor scores = special.ndtri(ranks).masked_fill(constant.unsqueeze(1), 0);
        Tensor size = scores.square().mean([1], keepdim: true).sqrt();

        // A unit that does not vary has scores of 0, and is independent of all others.
        Tensor standard = scores / size.where(size.gt(0), ones_like(size));
        Tensor correlations = standard.matmul(standard.t()) / n;
        correlations.diagonal(0, 0, 1).fill_(1);
        double[] eigenvalues = linalg.eigvalsh(correlations).data<double>().ToArray();
        return eigenvalues.Min() > Singular ? Math.Max(0, -0.5 * eigenvalues.Sum(Math.Log)) : double.PositiveInfinity;
    }

    /// <summary>
    /// Rows divided by their lengths, however small or large these are. A row of zeros stays one: it lies at 0, at a distance of 1
    /// from all directions.
    /// </summary>
    private static Tensor Direction(Tensor rows)
    {
        Tensor size = rows.abs().amax([1], keepdim: true);
        Tensor scaled = rows / size.where(size.gt(0), ones_like(size));
        return nn.functional.normalize(scaled, p: 2, dim: 1, eps: 1e-12);
    }
}
