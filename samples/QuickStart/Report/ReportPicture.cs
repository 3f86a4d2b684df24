namespace InfoMax.QuickStart.Report;

/// <summary>A picture drawn elsewhere.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Svg">The picture, a whole SVG element.</param>
/// <param name="Description">What it shows, for those who cannot see it.</param>
internal sealed record ReportPicture(string Title, string Svg, string Description);
