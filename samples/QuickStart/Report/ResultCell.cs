namespace InfoMax.QuickStart.Report;

/// <summary>An accuracy as a fraction of 1, and how much it varies; a mean of null was not measured.</summary>
internal sealed record ResultCell(double? Mean, double? Spread);
