using System.Diagnostics.CodeAnalysis;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Where <see cref="TSne"/> placed the rows, and how well. Plain numbers, nothing to dispose.</summary>
public sealed class TSneResult
{
    internal TSneResult()
    {
    }

    /// <summary>The point of each row, <c>[N, 2]</c>, around the origin.</summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "A matrix that belongs to the result.")]
    [SuppressMessage("Performance", "CA1814:Prefer jagged arrays over multidimensional", Justification = "Every row has two numbers.")]
    public float[,] Coordinates { get; internal init; } = new float[0, 2];

    /// <summary>
    /// Kullback–Leibler divergence of the points' affinities from the rows', in nats: what was minimized. Comparable for the same
    /// rows and perplexity only.
    /// </summary>
    public double KullbackLeibler { get; internal init; }

    /// <summary>Steps that were made.</summary>
    public int Iterations { get; internal init; }

    /// <summary>The perplexity.</summary>
    public double Perplexity { get; internal init; }

    /// <summary>The seed.</summary>
    public int Seed { get; internal init; }

    /// <summary>The result and its protocol in one line.</summary>
    public override string ToString()
    {
        FormattableString protocol = $"perplexity {Perplexity:0.##}, {Iterations} iterations, seed {Seed}";
        FormattableString value = $"t-SNE of {Coordinates.GetLength(0)} rows: KL {KullbackLeibler:F3} nats";
        return $"{FormattableString.Invariant(value)}, {FormattableString.Invariant(protocol)}";
    }
}
