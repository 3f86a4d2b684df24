using System.Globalization;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>What the neural dependency measure reads of Gaussian chains of 64 units whose total correlation is known, by the estimator that
/// trains it: the table of docs/reference/measures.md.</summary>
internal static class DependencyOfChains
{
    private const int Units = 64;

    /// <summary>One total correlation, or all of the table.</summary>
    public static void Run(double? only)
    {
        foreach (double truth in new double[] { 0, 2, 5, 10, 20, 50, 100 }.Where(t => only is null || t == only))
        {
            using var scope = NewDisposeScope();
            using FeatureSet train = FeatureSet.FromMatrix(Chain(3500, truth, seed: 1)),
                test = FeatureSet.FromMatrix(Chain(1000, truth, seed: 2));
            foreach (Func<MIEstimator> estimator in new Func<MIEstimator>[] { () => new NwjEstimator(), () =>
                new JensenShannonEstimator(), () => new DonskerVaradhanEstimator() })
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{truth} nats: {new NeuralDependencyMeasure { Estimator = estimator }.Evaluate(train, test)}"));
            }
        }
    }

    /// <summary>A stationary chain, whose total correlation is −(F − 1)/2 · ln(1 − ρ²).</summary>
    private static Tensor Chain(long count, double truth, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        double rest = Math.Exp(-2 * truth / (Units - 1));
        Tensor noise = randn([count, Units], generator: generator);
        var columns = new List<Tensor> { noise.select(1, 0) };
        for (int i = 1; i < Units; i++)
        {
            columns.Add((columns[^1] * Math.Sqrt(1 - rest)) + (noise.select(1, i) * Math.Sqrt(rest)));
        }

        return scope.MoveToOuter(stack(columns, 1));
    }
}
