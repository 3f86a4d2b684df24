using System.Runtime.InteropServices;
using InfoMax.Reports.Foundation;
using InfoMax.Reports.Model;

namespace InfoMax.Reports;

/// <summary>
/// A report as one HTML file: no scripts, nothing loaded from elsewhere, equal bytes for equal content. Parts that are null or empty are
/// left out.
/// </summary>
/// <remarks>All text is escaped. The page has a light and a dark theme, prints well, and can be read by a screen reader.</remarks>
public sealed class Report
{
    /// <summary>The heading of the page.</summary>
    public required string Title { get; set; }

    /// <summary>A line below the heading.</summary>
    public string Subtitle { get; set; } = string.Empty;

    /// <summary>The command that makes this page again; null for none.</summary>
    public string? Command { get; set; }

    /// <summary>The machine, in the last line. Default: processors, system and runtime of this machine.</summary>
    public string Machine { get; set; } =
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The main numbers, shown as tiles in this order.</summary>
    public IReadOnlyList<(string Label, string Value)> Facts { get; set; } = [];

    /// <summary>Accuracies; null for none.</summary>
    public ResultTable? Table { get; set; }

    /// <summary>Metrics of the training over its epochs, a chart for each, in this order.</summary>
    public IReadOnlyList<MetricCurve> Curves { get; set; } = [];

    /// <summary>Codes in two dimensions, two in a row, such as before and after training.</summary>
    public IReadOnlyList<CodeMap> Maps { get; set; } = [];

    /// <summary>Images and their nearest neighbors; null for none.</summary>
    public NeighborTable? Neighbors { get; set; }

    /// <summary>
    /// Sections of other pictures: a heading, a line to explain them, and the pictures, side by side where there is room.
    /// </summary>
    public IReadOnlyList<(string Heading, string Note, IReadOnlyList<Picture> Pictures)> Pictures { get; set; } = [];

    /// <summary>The page.</summary>
    /// <returns>The HTML document.</returns>
    /// <exception cref="ArgumentException">
    /// A row of the table has another number of cells than there are columns, or a map another number of labels than of points.
    /// </exception>
    public string ToHtml() => ReportPage.Render(this);

    /// <summary>Writes the page and replaces an existing file; a failure leaves the existing file as it was.</summary>
    /// <param name="path">Path of the file. Missing folders are created.</param>
    /// <exception cref="ArgumentException">As for <see cref="ToHtml"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        WholeFile.Write(path, ToHtml());
    }

    /// <summary>The title and the number of parts.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{Title}: {Facts.Count} facts, {Curves.Count} curves, {Table?.Rows.Count ?? 0} rows of results, {Maps.Count} maps, "
        + $"neighbors of {Neighbors?.Rows.Count ?? 0} images, {Pictures.Sum(group => group.Pictures.Count)} pictures";
}
