using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Draws negatives for each positive without replacement, uniformly from the locations of the other examples. (A permutation of the batch
/// would not do: it may map an example to itself and so make it its own negative.)
/// </summary>
internal static class NegativeSampler
{
    /// <summary>Draws rows.</summary>
    /// <param name="generator">Source of randomness, on the CPU.</param>
    /// <param name="batchSize">Number of examples N, at least 2.</param>
    /// <param name="globals">Global vectors per example, K.</param>
    /// <param name="locations">Locations per example, L.</param>
    /// <param name="count">Negatives per positive, at least 1; at most (N − 1)·L are drawn.</param>
    /// <returns>
    /// A new int64 tensor <c>[N, K, L, R]</c> on the CPU of indices into the rows of all locations, that belongs to the caller or its
    /// dispose scope.
    /// </returns>
    public static Tensor Draw(Generator generator, long batchSize, long globals, long locations, long count)
    {
        using var scope = NewDisposeScope();
        long others = (batchSize - 1) * locations, drawn = Math.Min(count, others);
        // One in each of R equal parts of a ring of all candidates, which is turned at random for each positive: distinct, and all alike.
        Tensor edges = arange(drawn + 1, dtype: ScalarType.Int64).mul(others).div(drawn, RoundingMode.floor);
        Tensor starts = edges.narrow(0, 0, drawn), widths = edges.narrow(0, 1, drawn) - starts;
        Tensor within = rand([batchSize, globals, locations, drawn], ScalarType.Float64, generator: generator).mul(widths).floor().to(
            ScalarType.Int64);
        Tensor turn = randint(0, others, [batchSize, globals, locations, 1], generator: generator).to(ScalarType.Int64);
        Tensor candidate = (within + starts + turn).remainder(others);
        // Candidates are counted from the example after the positive's own.
        Tensor first = arange(1, batchSize + 1, dtype: ScalarType.Int64).mul(locations).view(batchSize, 1, 1, 1);
        return scope.MoveToOuter((candidate + first).remainder(batchSize * locations));
    }
}
