using System.Globalization;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// X and Y that are together multivariate Student-t with identity dispersion: uncorrelated, and yet dependent, since one χ² scales both.
/// I = h(X) + h(Y) − h(X, Y) nats from the entropies of the three (Arellano-Valle et al., 2013; Czyż et al., 2023). Tails are heavy: no
/// variance for ν up to 2, no mean for ν up to 1.
/// </summary>
internal sealed class StudentTTask : MutualInformationTask
{
    /// <summary>Chooses dimensions and tails.</summary>
    /// <param name="xDimensions">Dimensions of X, 1 or more.</param>
    /// <param name="yDimensions">Dimensions of Y, 1 or more.</param>
    /// <param name="degreesOfFreedom">
    /// Degrees of freedom ν, from 0.5 (below that samples leave the range of float32) to 10⁶ (normal for all that can be seen); need not be
    /// whole.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public StudentTTask(int xDimensions, int yDimensions, double degreesOfFreedom)
        : base(
            string.Create(CultureInfo.InvariantCulture, $"student-{xDimensions}x{yDimensions}-dof{Checked(degreesOfFreedom):0.####}"),
            xDimensions,
            yDimensions,
            Information(xDimensions, yDimensions, degreesOfFreedom)) => DegreesOfFreedom = degreesOfFreedom;

    /// <summary>Degrees of freedom, ν.</summary>
    public double DegreesOfFreedom { get; }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor Y) Draw(long count, Generator generator)
    {
        Tensor normal = randn(count, XDimensions + YDimensions, dtype: ScalarType.Float64, generator: generator);
        Tensor scale = ChiSquare.Draw(count, DegreesOfFreedom, generator).div(DegreesOfFreedom).sqrt().unsqueeze(1);
        Tensor joint = normal / scale;
        return (joint.narrow(1, 0, XDimensions), joint.narrow(1, XDimensions, YDimensions));
    }

    private static double Checked(double degreesOfFreedom) =>
        degreesOfFreedom is >= 0.5 and <= 1e6
            ? degreesOfFreedom
            : throw new ArgumentOutOfRangeException(
                nameof(degreesOfFreedom), degreesOfFreedom, "Expected degrees of freedom from 0.5 to 1e6.");

    private static double Information(int xDimensions, int yDimensions, double degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(xDimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(yDimensions, 1);
        double information = Entropy(xDimensions, degreesOfFreedom) + Entropy(yDimensions, degreesOfFreedom)
            - Entropy(xDimensions + yDimensions, degreesOfFreedom);
        return Math.Max(0, information);
    }

    private static double Entropy(int dimensions, double degreesOfFreedom)
    {
        double half = degreesOfFreedom / 2;
        double sum = (degreesOfFreedom + dimensions) / 2;
        return SpecialFunctions.LogGamma(half) - SpecialFunctions.LogGamma(sum) + (0.5 * dimensions * Math.Log(degreesOfFreedom * Math.PI))
            + (sum * (SpecialFunctions.Digamma(sum) - SpecialFunctions.Digamma(half)));
    }
}
