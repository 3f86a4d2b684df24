using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests;

/// <summary>Gaussian codes whose total correlation is known.</summary>
internal static class Gaussians
{
    /// <summary>log det of the correlation matrix of four units with correlation 0.7.</summary>
    public static double TrueTotalCorrelation => -0.5 * Math.Log(0.3 * 0.3 * 0.3 * 3.1);

    /// <summary>A stationary Gaussian chain, whose total correlation is −(F − 1)/2 · ln(1 − ρ²).</summary>
    public static Tensor Chain(long count, int units, double totalCorrelation, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        double rest = Math.Exp(-2 * totalCorrelation / (units - 1));
        Tensor noise = randn([count, units], generator: generator);
        var columns = new List<Tensor> { noise.select(1, 0) };
        for (int i = 1; i < units; i++)
        {
            columns.Add((columns[^1] * Math.Sqrt(1 - rest)) + (noise.select(1, i) * Math.Sqrt(rest)));
        }

        return scope.MoveToOuter(stack(columns, 1));
    }

    public static Tensor Equicorrelated(int count, ulong seed)
    {
        using var generator = new Generator(seed);
        return (randn([count, 1], generator: generator) * Math.Sqrt(0.7)) + (randn([count, 4], generator: generator) * Math.Sqrt(0.3));
    }
}
