using InfoMax.Information.Tasks;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace InfoMax.Samples.MutualInformation;

/// <summary>Estimates against the truth, a line for each estimator.</summary>
internal static class Plot
{
    public static void Write(string path, IReadOnlyList<RunResult> results, IReadOnlyList<MutualInformationTask> tasks, double ceiling)
    {
        var model = new PlotModel
        {
            Title = "Estimates on 20-dimensional Gaussians, batches of 64",
            Background = OxyColors.White,
            DefaultFont = "sans-serif",
            TitleFontSize = 15,
            Padding = new OxyThickness(16, 16, 16, 8)
        };
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = "true mutual information, nats",
            Minimum = 1.5,
            Maximum = 10.5,
            MajorStep = 2,
            MajorGridlineStyle = LineStyle.Dot
        });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = "estimate, nats (mean over seeds)",
            AxisTitleDistance = 14,
            Minimum = 0,
            Maximum = 14,
            MajorStep = 2,
            MajorGridlineStyle = LineStyle.Dot
        });
        model.Legends.Add(new Legend
        {
            LegendPosition = LegendPosition.RightTop,
            LegendPlacement = LegendPlacement.Outside,
            LegendFontSize = 11,
            LegendLineSpacing = 5
        });
        model.Series.Add(Line("truth", OxyColors.Black, LineStyle.Solid, MarkerType.None, tasks.Select(t => (t.TrueValue, t.TrueValue))));
        model.Series.Add(Line("log 64", OxyColors.Gray, LineStyle.Dash, MarkerType.None, [(1.5, ceiling), (10.5, ceiling)]));
        OxyPalette colors = OxyPalettes.Hue(Contender.All.Count + 1);
        MarkerType[] markers = [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond];
        LineStyle[] styles = [LineStyle.Solid, LineStyle.Dash, LineStyle.DashDot];
        for (int i = 0; i < Contender.All.Count; i++)
        {
            string name = Contender.All[i].Name;
            (double, double)[] points =
            [
                .. tasks.Select(t => (t.TrueValue, results.Where(r => r.Task == t.Name && r.Estimator == name).Select(r => r.Value)
                    .DefaultIfEmpty(double.NaN).Average())),
            ];
            model.Series.Add(Line(name, colors.Colors[i], styles[i % styles.Length], markers[i % markers.Length], points));
        }

        using FileStream stream = File.Create(path);
        new SvgExporter { Width = 1100, Height = 560, UseVerticalTextAlignmentWorkaround = true }.Export(model, stream);
    }

    private static LineSeries Line(string name, OxyColor color, LineStyle style, MarkerType marker,
        IEnumerable<(double X, double Y)> points)
    {
        // The exporter takes text for narrower than it is drawn, and cuts it off there.
        var series = new LineSeries
        {
            Title = name + new string('\u00a0', 12),
            Color = color,
            LineStyle = style,
            MarkerType = marker,
            MarkerFill = color,
            MarkerSize = 3,
            StrokeThickness = marker == MarkerType.None ? 2 : 1.2
        };
        series.Points.AddRange(points.Select(p => new DataPoint(p.X, p.Y)));
        return series;
    }
}
