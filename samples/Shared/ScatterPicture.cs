using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace InfoMax.Samples.Shared;

/// <summary>Codes in two dimensions, a mark for each, coloured by class.</summary>
internal static class ScatterPicture
{
    /// <param name="title">What is shown.</param>
    /// <param name="points">Where each is.</param>
    /// <param name="labels">The class of each; null for one colour.</param>
    /// <param name="classNames">Names for the legend.</param>
    public static string Svg(string title, IReadOnlyList<(double X, double Y)> points, IReadOnlyList<int>? labels, IReadOnlyList<string> classNames)
    {
        PlotModel model = Drawing.Model(title);
        // The axes have no unit: one scale for both, and no numbers.
        model.PlotType = PlotType.Cartesian;
        foreach (AxisPosition position in new[] { AxisPosition.Bottom, AxisPosition.Left })
        {
            LinearAxis axis = Drawing.Axis(position, null);
            (axis.MajorGridlineStyle, axis.TickStyle, axis.LabelFormatter) = (LineStyle.None, TickStyle.None, _ => string.Empty);
            (axis.MinimumPadding, axis.MaximumPadding) = (0.03, 0.03);
            model.Axes.Add(axis);
        }

        foreach (IGrouping<int, int> members in Enumerable.Range(0, points.Count).GroupBy(i => labels?[i] ?? -1).OrderBy(members => members.Key))
        {
            int label = Math.Max(0, members.Key);
            var series = new ScatterSeries
            {
                Title = members.Key < 0 ? null : Drawing.Entry(label < classNames.Count ? classNames[label] : FormattableString.Invariant($"class {label}")),
                MarkerType = Drawing.Marker(label),
                MarkerFill = OxyColor.FromAColor(215, Drawing.Colour(label)),
                MarkerSize = 3,
                BinSize = 0,
            };
            series.Points.AddRange(members.Select(i => new ScatterPoint(points[i].X, points[i].Y)));
            model.Series.Add(series);
        }

        if (labels is not null)
        {
            model.Legends.Add(Drawing.Legend());
        }

        return Drawing.Svg(model, labels is null ? 560 : 760, 560);
    }
}
