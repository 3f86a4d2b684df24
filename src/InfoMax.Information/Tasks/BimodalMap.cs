using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// Turns standard normal values into values of a mixture of two normal distributions of unit variance, keeping their order: the inverse
/// distribution function of the mixture, of Φ of each value (Czyż et al., 2023). Each is found by bisection on the side of the nearer tail,
/// so that both tails keep their digits; no gradient.
/// </summary>
internal sealed class BimodalMap : SampleMap
{
    // Halves the bracket, as wide as the means are apart, down to rounding.
    private const int Halvings = 55;

    private readonly double _weight;
    private readonly double _first;
    private readonly double _second;

    /// <summary>Takes the mixture.</summary>
    /// <param name="weight">Weight of the first part, from 0 to 1.</param>
    /// <param name="firstMean">Mean of the first part.</param>
    /// <param name="secondMean">Mean of the second part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is out of range, or a mean is not finite.</exception>
    public BimodalMap(double weight, double firstMean, double secondMean)
    {
        if (!(weight >= 0 && weight <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "Expected a weight from 0 to 1.");
        }

        _weight = weight;
        _first = Finite(firstMean, nameof(firstMean));
        _second = Finite(secondMean, nameof(secondMean));
    }

    /// <summary>The mixture of the suite for X: 0.3 around 0 and 0.7 around 5.</summary>
    public static BimodalMap ForX { get; } = new(0.3, 0, 5);

    /// <summary>The mixture of the suite for Y: 0.5 around −1 and 0.5 around 3.</summary>
    public static BimodalMap ForY { get; } = new(0.5, -1, 3);

    /// <inheritdoc/>
    protected override Tensor Map(Tensor values)
    {
        using var noGrad = no_grad();
        Tensor z = values.to(ScalarType.Float64);
        // 1 looks at the tail below, −1 at the tail above.
        Tensor side = 1 - (2 * z.gt(0).to(ScalarType.Float64));
        Tensor wanted = Below(side * z);
        // At the distance z from the lesser mean too little lies below, and at the distance z from the greater mean too much.
        Tensor low = z + Math.Min(_first, _second);
        Tensor high = z + Math.Max(_first, _second);
        for (int i = 0; i < Halvings; i++)
        {
            using var step = NewDisposeScope();
            Tensor middle = (low + high) / 2;
            Tensor mass = (_weight * Below(side * (middle - _first))) + ((1 - _weight) * Below(side * (middle - _second)));
            Tensor raise = (side * (mass - wanted)).lt(0);
            low.copy_(where(raise, middle, low));
            high.copy_(where(raise, high, middle));
        }

        return ((low + high) / 2).to(values.dtype);
    }

    // Φ, without loss in the lower tail.
    private static Tensor Below(Tensor values) => (values * -Math.Sqrt(0.5)).erfc() * 0.5;

    private static double Finite(double value, string name) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number.");
}
