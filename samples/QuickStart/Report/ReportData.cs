namespace InfoMax.QuickStart.Report;

/// <summary>Everything the page shows. Parts that are null or empty are left out of it.</summary>
internal sealed record ReportData
{
    public required string Title { get; init; }

    public required string Subtitle { get; init; }

    /// <summary>The command that makes this page again.</summary>
    public required string Command { get; init; }

    /// <summary>Where it ran: processor or graphics card, system, versions.</summary>
    public required string Machine { get; init; }

    /// <summary>The main numbers, shown as tiles in this order.</summary>
    public IReadOnlyList<(string Label, string Value)> Facts { get; init; } = [];

    public IReadOnlyList<LossCurve> Curves { get; init; } = [];

    public ResultTable? Table { get; init; }

    /// <summary>Before and after training in turn.</summary>
    public IReadOnlyList<CodeMap> Maps { get; init; } = [];

    public IReadOnlyList<PictureGroup> Pictures { get; init; } = [];

    public IReadOnlyList<NeighbourRow> Neighbours { get; init; } = [];
}
