namespace InfoMax.Reports;

/// <summary>An image and its nearest neighbors, nearest first, once for each representation.</summary>
/// <param name="Query">The image.</param>
/// <param name="Neighbors">Its neighbors by each representation.</param>
public sealed record NeighborRow(ExampleImage Query, IReadOnlyList<IReadOnlyList<ExampleImage>> Neighbors)
{
    /// <summary>The query, and how many neighbors it has.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant($"{Query} with {string.Join(" and ", Neighbors.Select(images => images.Count))} neighbors");
}
