namespace InfoMax.QuickStart.Report;

/// <summary>An image and its nearest neighbours, nearest first, by the codes before and after training.</summary>
internal sealed record NeighbourRow(ReportImage Query, IReadOnlyList<ReportImage> Before, IReadOnlyList<ReportImage> After);
