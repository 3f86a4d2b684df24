using InfoMax.Reports.Model;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace InfoMax.Reports.Drawing;

/// <summary>Curves over the epochs on one axis.</summary>
internal static class MetricPicture
{
    public static string Svg(IReadOnlyList<MetricCurve> curves)
    {
        PlotModel model = Plot.Model();
        LinearAxis bottom = Plot.Axis(AxisPosition.Bottom, "epoch", 0.5, curves.Max(curve => curve.PerEpoch.Count) + 0.5);
        (bottom.MinimumMajorStep, bottom.MajorGridlineStyle) = (1, LineStyle.None);
        model.Axes.Add(bottom);
        LinearAxis left = Plot.Axis(AxisPosition.Left, curves[0].Unit);
        (double Low, double High)[] ranges = [.. curves.Where(curve => curve.PerEpoch.Any(double.IsFinite)).Select(curve => curve.Range())];
        if (ranges.Length > 0)
        {
            (double low, double high) = (ranges.Min(range => range.Low), ranges.Max(range => range.High));
            double margin = high > low ? 0.05 * (high - low) : Math.Max(Math.Abs(high) * 0.1, 1e-3);
            (left.Minimum, left.Maximum) = (low - margin, high + margin);
        }

        model.Axes.Add(left);
        model.Legends.Add(Plot.Legend());
        for (int i = 0; i < curves.Count; i++)
        {
            var line = new LineSeries
            {
                Title = Plot.Entry(curves[i].Name),
                Color = Plot.Color(i),
                MarkerType = Plot.Marker(i),
                MarkerFill = Plot.Color(i),
                MarkerSize = 3,
            };
            line.Points.AddRange(
                curves[i].PerEpoch.Select((value, e) => new DataPoint(e + 1, double.IsFinite(value) ? value : double.NaN)));
            model.Series.Add(line);
        }

        return Plot.Svg(model, 860, 400);
    }
}
