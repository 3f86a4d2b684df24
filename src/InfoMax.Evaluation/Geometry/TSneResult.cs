using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Where <see cref="TSne"/> placed the rows, and how well. Plain numbers, nothing to dispose.</summary>
public sealed record TSneResult
{
    /// <summary>The point of each row, <c>[N, 2]</c>, around the origin.</summary>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "A result's matrix, owned by whoever holds the result.")]
    [SuppressMessage("Performance", "CA1814:Prefer jagged arrays over multidimensional", Justification = "Every row has two numbers.")]
    public required float[,] Coordinates { get; init; }

    /// <summary>Kullback–Leibler divergence of the points' affinities from the rows', in nats: what was minimized. Comparable for the same rows and perplexity only.</summary>
    public required double KullbackLeibler { get; init; }

    /// <summary>Steps that were made.</summary>
    public required int Iterations { get; init; }

    /// <summary>The perplexity.</summary>
    public required double Perplexity { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>The result and its protocol in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"t-SNE of {Coordinates.GetLength(0)} rows: KL {KullbackLeibler:F3} nats, perplexity {Perplexity:0.##}, {Iterations} iterations, seed {Seed}");
}
