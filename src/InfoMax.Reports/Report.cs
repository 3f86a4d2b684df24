using System.Runtime.InteropServices;
using InfoMax.Reports.Html;

namespace InfoMax.Reports;

/// <summary>What was learned, as one HTML file: no scripts, nothing loaded from elsewhere, the same bytes for the same content. Parts that are null or empty are left out.</summary>
/// <remarks>All text is escaped. The page follows the reader's choice of a light or a dark ground, and can be printed and read aloud.</remarks>
public sealed record Report
{
    /// <summary>The heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>A line below it.</summary>
    public string Subtitle { get; init; } = string.Empty;

    /// <summary>The command that makes this page again; null to leave that out.</summary>
    public string? Command { get; init; }

    /// <summary>Where and how it was made, in the last line. Default: processors, system and runtime of this machine.</summary>
    public string Machine { get; init; } = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The main numbers, shown as tiles in this order.</summary>
    public IReadOnlyList<(string Label, string Value)> Facts { get; init; } = [];

    /// <summary>Accuracies; null for none.</summary>
    public ResultTable? Table { get; init; }

    /// <summary>The course of the training, a chart for each.</summary>
    public IReadOnlyList<MetricCurve> Curves { get; init; } = [];

    /// <summary>Codes in two dimensions, two by two: before and after training in turn, say.</summary>
    public IReadOnlyList<CodeMap> Maps { get; init; } = [];

    /// <summary>Images and their nearest neighbors; null for none.</summary>
    public NeighborTable? Neighbors { get; init; }

    /// <summary>Sections of other pictures.</summary>
    public IReadOnlyList<PictureGroup> Pictures { get; init; } = [];

    /// <summary>The page.</summary>
    /// <returns>The HTML document.</returns>
    /// <exception cref="ArgumentException">A row of the table has another number of cells than there are columns, or a map another number of labels than of points.</exception>
    public string ToHtml() => HtmlReport.Render(this);

    /// <summary>Writes the page and replaces what is at the path; a failure leaves that as it was.</summary>
    /// <param name="path">Where to. Folders that are missing are made.</param>
    /// <exception cref="ArgumentException">As for <see cref="ToHtml"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        WholeFile.Write(path, ToHtml());
    }

    /// <summary>The title and what there is.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{Title}: {Facts.Count} facts, {Curves.Count} curves, {Table?.Rows.Count ?? 0} rows of results, {Maps.Count} maps, neighbors of {Neighbors?.Rows.Count ?? 0} images, {Pictures.Sum(group => group.Pictures.Count)} pictures";
}
