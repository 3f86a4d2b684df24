namespace InfoMax.QuickStart.Report;

/// <summary>Pictures that belong together, with a heading and a line to explain them.</summary>
internal sealed record PictureGroup(string Heading, string Note, IReadOnlyList<ReportPicture> Pictures);
