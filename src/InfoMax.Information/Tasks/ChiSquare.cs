using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>Draws of χ² variables with any degrees of freedom, from a generator (TorchSharp's own gamma sampler takes none).</summary>
internal static class ChiSquare
{
    /// <summary>Independent χ² variables, <c>[count]</c> in float64, all above 0.</summary>
    public static Tensor Draw(long count, double degreesOfFreedom, Generator generator)
    {
        using var scope = NewDisposeScope();
        double shape = degreesOfFreedom / 2;
        Tensor gamma = Gamma(count, shape < 1 ? shape + 1 : shape, generator);
        if (shape < 1)
        {
            gamma = gamma * Uniform(count, generator).pow(1 / shape);
        }

        return scope.MoveToOuter(gamma * 2);
    }

    // Marsaglia and Tsang (2000), for shapes of 1 or more: of all proposals at least 95 % are accepted, the rest is drawn again.
    private static Tensor Gamma(long count, double shape, Generator generator)
    {
        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        var accepted = new List<Tensor>();
        for (long missing = count; missing > 0;)
        {
            Tensor z = randn(missing, dtype: ScalarType.Float64, generator: generator);
            Tensor v = (1 + (c * z)).pow(3);
            // The logarithm of a negative v is NaN, and no comparison with NaN holds.
            Tensor keep = Uniform(missing, generator).log().lt((0.5 * z * z) + d - (d * v) + (d * v.log()));
            accepted.Add((d * v).masked_select(keep));
            missing -= accepted[^1].shape[0];
        }

        return cat(accepted);
    }

    // In (0, 1].
    private static Tensor Uniform(long count, Generator generator) => 1 - rand(count, dtype: ScalarType.Float64, generator: generator);
}
