using InfoMax.Training;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace InfoMax.Samples.Shared;

/// <summary>Terms of the loss and other metrics over the epochs, a line for each.</summary>
internal static class LossPicture
{
    /// <param name="title">What is shown.</param>
    /// <param name="unit">The unit of all of them, for the axis.</param>
    /// <param name="epochs">The epochs of a run.</param>
    /// <param name="metrics">Names of metrics and what to call them.</param>
    public static string Svg(string title, string unit, IReadOnlyList<EpochSummary> epochs, IReadOnlyList<(string Metric, string Name)> metrics)
    {
        PlotModel model = Drawing.Model(title);
        LinearAxis bottom = Drawing.Axis(AxisPosition.Bottom, "epoch", 0.5, epochs.Count + 0.5);
        (bottom.MinimumMajorStep, bottom.MajorGridlineStyle) = (1, LineStyle.None);
        model.Axes.Add(bottom);
        model.Axes.Add(Drawing.Axis(AxisPosition.Left, unit));
        model.Legends.Add(Drawing.Legend());
        for (int i = 0; i < metrics.Count; i++)
        {
            var line = new LineSeries { Title = Drawing.Entry(metrics[i].Name), Color = Drawing.Colour(i), MarkerType = Drawing.Marker(i), MarkerFill = Drawing.Colour(i), MarkerSize = 3 };
            line.Points.AddRange(epochs.Select(e => new DataPoint(e.Epoch, e.Metrics.TryGetValue(metrics[i].Metric, out double value) ? value : double.NaN)));
            model.Series.Add(line);
        }

        return Drawing.Svg(model, 860, 400);
    }
}
