namespace InfoMax.Reports;

/// <summary>An image and its nearest neighbours, nearest first, once for each representation.</summary>
/// <param name="Query">The image.</param>
/// <param name="Neighbours">Its neighbours by each representation.</param>
public sealed record NeighbourRow(ExampleImage Query, IReadOnlyList<IReadOnlyList<ExampleImage>> Neighbours)
{
    /// <summary>The query, and how many neighbours it has.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant($"{Query} with {string.Join(" and ", Neighbours.Select(images => images.Count))} neighbours");
}
