using InfoMax.Reports.Foundation;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;

namespace InfoMax.Reports.Drawing;

/// <summary>What all pictures have in common: type, ink, axes, and how they become SVG.</summary>
internal static class Plot
{
    private static readonly OxyColor[] Colors = [.. ClassMarks.Light.Select(OxyColor.Parse)];

    private static readonly MarkerType[] Markers = [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond];

    public static OxyColor Ink { get; } = OxyColor.Parse("#1b2230");

    public static OxyColor Soft { get; } = OxyColor.Parse("#5b6577");

    public static OxyColor Rule { get; } = OxyColor.Parse("#e1e5eb");

    public static OxyColor Accent { get; } = OxyColor.Parse("#2d6cdf");

    public static OxyColor Color(int index) => Colors[index % Colors.Length];

    public static MarkerType Marker(int index) => Markers[(index + (index / Colors.Length)) % Markers.Length];

    public static PlotModel Model() => new()
    {
        TextColor = Ink,
        DefaultFont = "sans-serif",
        DefaultFontSize = 12,
        Background = OxyColors.Undefined,
        PlotAreaBorderColor = Rule,
        Padding = new OxyThickness(12, 10, 18, 8),
    };

    public static LinearAxis Axis(AxisPosition position, string? title, double minimum = double.NaN, double maximum = double.NaN) => new()
    {
        Position = position,
        Title = title is null ? null : CleanText.Of(title),
        Minimum = minimum,
        Maximum = maximum,
        MinimumPadding = 0.05,
        MaximumPadding = 0.05,
        AxisTitleDistance = position == AxisPosition.Left ? 12 : 8,
        TitleColor = Soft,
        TextColor = Soft,
        TicklineColor = Rule,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = Rule,
        MinorTickSize = 0,
    };

    /// <summary>A legend outside, to the right.</summary>
    public static Legend Legend() => new()
    {
        LegendPosition = LegendPosition.RightTop,
        LegendPlacement = LegendPlacement.Outside,
        LegendFontSize = 12,
        LegendLineSpacing = 5,
        LegendTextColor = Ink,
        LegendMargin = 12,
    };

    /// <summary>
    /// An entry of a legend with room to its right: the exporter takes text for narrower than it is drawn and ends the picture there.
    /// </summary>
    public static string Entry(string name) => CleanText.Of(name) + new string('\u00a0', 2 + (name.Length * 4 / 5));

    /// <summary>
    /// The picture as an SVG element, transparent. The exporter writes the head of a file before it, which has no place in a page.
    /// </summary>
    public static string Svg(PlotModel model, int width, int height)
    {
        var exporter = new SvgExporter { Width = width, Height = height, IsDocument = false, UseVerticalTextAlignmentWorkaround = true };
        string text = exporter.ExportToString(model);
        text = text[text.IndexOf("<svg", StringComparison.Ordinal)..];
        // Without a viewBox a page can only crop the picture, not scale it.
        string head = text[..text.IndexOf('>', StringComparison.Ordinal)];
        return head.Contains("viewBox", StringComparison.Ordinal) ? text : $"<svg viewBox=\"0 0 {width} {height}\"{text[4..]}";
    }
}
