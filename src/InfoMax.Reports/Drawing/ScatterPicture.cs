using InfoMax.Reports.Model;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace InfoMax.Reports.Drawing;

/// <summary>Codes in two dimensions, a mark for each, colored by class.</summary>
internal static class ScatterPicture
{
    public static string Svg(CodeMap map)
    {
        PlotModel model = Plot.Model();
        // The axes have no unit: one scale for both, and no numbers.
        model.PlotType = PlotType.Cartesian;
        foreach (AxisPosition position in new[] { AxisPosition.Bottom, AxisPosition.Left })
        {
            LinearAxis axis = Plot.Axis(position, null);
            (axis.MajorGridlineStyle, axis.TickStyle, axis.LabelFormatter) = (LineStyle.None, TickStyle.None, _ => string.Empty);
            (axis.MinimumPadding, axis.MaximumPadding) = (0.03, 0.03);
            model.Axes.Add(axis);
        }

        foreach (IGrouping<int, int> members in map.Shown.GroupBy(i => map.Labels?[i] ?? -1).OrderBy(members => members.Key))
        {
            int label = Math.Max(0, members.Key);
            var series = new ScatterSeries
            {
                Title = members.Key < 0 ? null : Plot.Entry(map.NameOf(label)),
                MarkerType = Plot.Marker(label),
                MarkerFill = OxyColor.FromAColor(215, Plot.Color(label)),
                MarkerSize = 3,
                BinSize = 0,
            };
            series.Points.AddRange(members.Select(i => new ScatterPoint(map.Points[i].X, map.Points[i].Y)));
            model.Series.Add(series);
        }

        if (map.Labels is not null)
        {
            model.Legends.Add(Plot.Legend());
        }

        return Plot.Svg(model, map.Labels is null ? 560 : 760, 560);
    }
}
