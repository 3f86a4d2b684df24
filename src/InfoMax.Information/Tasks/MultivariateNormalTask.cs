using System.Globalization;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// Jointly normal X and Y of mean zero and any covariance Σ. I = ½ log(det Σx · det Σy / det Σ) nats.
/// <see cref="Dense"/> and <see cref="TwoPairs"/> are the two families of Czyż et al. (2023), "Beyond Normal".
/// </summary>
internal sealed class MultivariateNormalTask : MutualInformationTask
{
    private readonly double[,] _factor;

    /// <summary>Takes a covariance.</summary>
    /// <param name="covariance">Covariance of X and Y together, X first: symmetric and positive definite. It is copied.</param>
    /// <param name="xDimensions">How many of the dimensions are X, at least 1; at least one more is Y.</param>
    /// <param name="name">Name for reports; by default such as "normal-2x3".</param>
    /// <exception cref="ArgumentNullException"><paramref name="covariance"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="covariance"/> is not square, finite, symmetric and positive definite, or the name has characters that names may not
    /// have.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">X or Y would have no dimension.</exception>
    public MultivariateNormalTask(double[,] covariance, int xDimensions, string? name = null)
        : this(Factor(covariance, xDimensions), covariance, xDimensions, name)
    {
    }

    private MultivariateNormalTask(double[,] factor, double[,] covariance, int xDimensions, string? name)
        : base(
            name ?? $"normal-{xDimensions}x{factor.GetLength(0) - xDimensions}",
            xDimensions,
            factor.GetLength(0) - xDimensions,
            Information(factor, covariance, xDimensions)) => _factor = factor;

    /// <summary>Unit variances and the same correlation between any two dimensions, within X and Y too.</summary>
    /// <param name="xDimensions">Dimensions of X, 1 or more.</param>
    /// <param name="yDimensions">Dimensions of Y, 1 or more.</param>
    /// <param name="offDiagonal">The correlation, above −1/(dx + dy − 1) and below 1. Default 0.5, as in the suite.</param>
    /// <returns>The task, named such as "normal-dense-2x2-0.5".</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static MultivariateNormalTask Dense(int xDimensions, int yDimensions, double offDiagonal = 0.5)
    {
        double[,] covariance = Identity(xDimensions, yDimensions, 1);
        int size = xDimensions + yDimensions;
        if (!(offDiagonal < 1 && offDiagonal > -1.0 / (size - 1)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(offDiagonal), offDiagonal, $"Expected a correlation above -1/{size - 1} and below 1 in {size} dimensions.");
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                covariance[i, j] = covariance[j, i] = offDiagonal;
            }
        }

        return new MultivariateNormalTask(
            covariance,
            xDimensions,
            string.Create(CultureInfo.InvariantCulture, $"normal-dense-{xDimensions}x{yDimensions}-{offDiagonal}"));
    }

    /// <summary>
    /// Unit variances; the first two dimensions of X are correlated each with its partner in Y, and all else is independent.
    /// </summary>
    /// <param name="xDimensions">Dimensions of X, 2 or more.</param>
    /// <param name="yDimensions">Dimensions of Y, 2 or more.</param>
    /// <param name="correlation">Correlation of the two pairs, between −1 and 1 exclusive. Default 0.8, as in the suite.</param>
    /// <returns>The task, named such as "normal-2pair-3x3-0.8".</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static MultivariateNormalTask TwoPairs(int xDimensions, int yDimensions, double correlation = 0.8)
    {
        double[,] covariance = Identity(xDimensions, yDimensions, 2);
        if (!(Math.Abs(correlation) < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(correlation), correlation, "Expected a correlation between -1 and 1 exclusive.");
        }

        for (int i = 0; i < 2; i++)
        {
            covariance[i, xDimensions + i] = covariance[xDimensions + i, i] = correlation;
        }

        return new MultivariateNormalTask(
            covariance,
            xDimensions,
            string.Create(CultureInfo.InvariantCulture, $"normal-2pair-{xDimensions}x{yDimensions}-{correlation}"));
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor Y) Draw(long count, Generator generator)
    {
        Tensor joint = randn(count, XDimensions + YDimensions, dtype: ScalarType.Float64, generator: generator).matmul(tensor(_factor).t());
        return (joint.narrow(1, 0, XDimensions), joint.narrow(1, XDimensions, YDimensions));
    }

    private static double[,] Identity(int xDimensions, int yDimensions, int least)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(xDimensions, least);
        ArgumentOutOfRangeException.ThrowIfLessThan(yDimensions, least);
        var identity = new double[xDimensions + yDimensions, xDimensions + yDimensions];
        for (int i = 0; i < identity.GetLength(0); i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    private static double[,] Factor(double[,] covariance, int xDimensions)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        int size = covariance.GetLength(0);
        if (covariance.GetLength(1) != size)
        {
            throw new ArgumentException(
                $"Expected a square matrix, got {size} rows and {covariance.GetLength(1)} columns.", nameof(covariance));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(xDimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(xDimensions, size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double scale = Math.Sqrt(Math.Abs(covariance[i, i] * covariance[j, j]));
                if (!(double.IsFinite(covariance[i, j]) && Math.Abs(covariance[i, j] - covariance[j, i]) <= 1e-12 * scale))
                {
                    throw new ArgumentException(
                        $"Expected a finite symmetric matrix, got {covariance[i, j]} at [{i}, {j}] and {covariance[j, i]} at [{j}, {i}].",
                        nameof(covariance));
                }
            }
        }

        return Cholesky.Factor(covariance, 0, size)
            ?? throw new ArgumentException(
                "Expected a positive definite matrix, got one that is singular or indefinite.", nameof(covariance));
    }

    // The factor of Σ holds that of Σx, and then that of Y given X: det Σ = det Σx · det Σ(y|x).
    private static double Information(double[,] factor, double[,] covariance, int xDimensions)
    {
        double[,] ofY = Cholesky.Factor(covariance, xDimensions, factor.GetLength(0) - xDimensions)!;
        return Math.Max(0, 0.5 * (Cholesky.LogDeterminant(ofY) - Cholesky.LogDeterminant(factor, xDimensions)));
    }
}
