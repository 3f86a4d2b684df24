namespace InfoMax.QuickStart.Report;

/// <summary>Codes flattened to two dimensions. Labels, if given, are one per point and count into the class names.</summary>
internal sealed record CodeMap(
    string Title, IReadOnlyList<(double X, double Y)> Points, IReadOnlyList<int>? Labels, IReadOnlyList<string> ClassNames);
