using System.Globalization;
using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// Standard normal X and Y of d dimensions each, where each dimension of Y has the same correlation with its partner in X:
/// y = ρx + √(1 − ρ²)ε. I = −(d/2) log(1 − ρ²) nats. The usual first test of estimators (Belghazi et al., 2018; Poole et al., 2019).
/// </summary>
internal sealed class CorrelatedGaussianTask : MutualInformationTask
{
    /// <summary>Gives each pair of dimensions a correlation.</summary>
    /// <param name="dimensions">Dimensions of X and of Y, d, 1 or more.</param>
    /// <param name="correlation">Correlation ρ of each pair, between −1 and 1 exclusive.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public CorrelatedGaussianTask(int dimensions, double correlation)
        : this(dimensions, correlation, Information(dimensions, correlation))
    {
    }

    private CorrelatedGaussianTask(int dimensions, double correlation, double nats)
        : base(string.Create(CultureInfo.InvariantCulture, $"gaussian-{dimensions}d-{nats:0.####}nats"), dimensions, dimensions, nats) =>
            Correlation = correlation;

    /// <summary>Correlation of each pair of dimensions.</summary>
    public double Correlation { get; }

    /// <summary>Chooses the correlation, 0 or positive, that gives a mutual information: ρ = √(1 − e^(−2I/d)).</summary>
    /// <param name="dimensions">Dimensions of X and of Y, 1 or more.</param>
    /// <param name="nats">The mutual information in nats, from 0 to below 18 per dimension, where ρ would be 1 in double precision.</param>
    /// <returns>The task, named such as "gaussian-20d-4nats".</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static CorrelatedGaussianTask ForInformation(int dimensions, double nats)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (!(nats >= 0 && nats < 18.0 * dimensions))
        {
            throw new ArgumentOutOfRangeException(
                nameof(nats), nats, $"Expected 0 or more and less than {18 * dimensions} nats in {dimensions} dimensions.");
        }

        return new CorrelatedGaussianTask(dimensions, Math.Sqrt(1 - Math.Exp(-2 * nats / dimensions)), nats);
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor Y) Draw(long count, Generator generator)
    {
        Tensor x = randn(count, XDimensions, dtype: ScalarType.Float64, generator: generator);
        Tensor noise = randn(count, YDimensions, dtype: ScalarType.Float64, generator: generator);
        // The share of the noise from the information itself: 1 − ρ² would lose digits near 1.
        return (x, (Correlation * x) + (Math.Exp(-TrueValue / XDimensions) * noise));
    }

    private static double Information(int dimensions, double correlation)
    {
        if (!(Math.Abs(correlation) < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(correlation), correlation, "Expected a correlation between -1 and 1 exclusive.");
        }

        return -0.5 * dimensions * Math.Log((1 - correlation) * (1 + correlation));
    }
}
