namespace InfoMax.Reports.Model;

/// <summary>An image and its nearest neighbors, nearest first, once for each representation.</summary>
/// <param name="Query">The image.</param>
/// <param name="Neighbors">Its neighbors by each representation.</param>
internal sealed record NeighborRow(ExampleImage Query, IReadOnlyList<IReadOnlyList<ExampleImage>> Neighbors);
