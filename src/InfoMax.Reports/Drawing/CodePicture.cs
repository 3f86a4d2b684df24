using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace InfoMax.Reports.Drawing;

/// <summary>How the units of a code are distributed, against the density of the prior that they should follow.</summary>
internal static class CodePicture
{
    public static string Svg(UnitDensities densities, string? priorName)
    {
        (double low, double high) = (densities.Low, densities.Low + (UnitDensities.Bins * densities.Width));
        PlotModel model = Plot.Model();
        model.Axes.Add(Plot.Axis(AxisPosition.Bottom, "value of a unit", low, high));
        model.Axes.Add(Plot.Axis(AxisPosition.Left, "density", 0));
        Legend legend = Plot.Legend();
        (legend.LegendPosition, legend.LegendOrientation) = (LegendPosition.BottomCenter, LegendOrientation.Horizontal);
        (legend.LegendMargin, legend.LegendItemSpacing) = (4, 18);
        model.Legends.Add(legend);

        var band = new AreaSeries
        {
            Title = Plot.Entry("80 % of the units"),
            Fill = OxyColor.FromAColor(60, Plot.Accent),
            Color = OxyColors.Transparent,
            Color2 = OxyColors.Transparent,
            MinimumSegmentLength = 0,
        };
        var mean = new LineSeries { Title = Plot.Entry("all units"), Color = Plot.Accent, StrokeThickness = 2.2, MinimumSegmentLength = 0 };
        for (int b = 0; b < UnitDensities.Bins; b++)
        {
            double[] sorted = [.. densities.Units.Select(d => d[b]).Order()];
            double from = low + (b * densities.Width);
            foreach (double x in new[] { from, from + densities.Width })
            {
                band.Points.Add(new DataPoint(x, sorted[(int)(0.9 * (sorted.Length - 1))]));
                band.Points2.Add(new DataPoint(x, sorted[(int)Math.Ceiling(0.1 * (sorted.Length - 1))]));
                mean.Points.Add(new DataPoint(x, sorted.Average()));
            }
        }

        model.Series.Add(band);
        model.Series.Add(mean);
        if (densities.Prior is { } density && priorName is not null)
        {
            var prior =
                new LineSeries { Title = Plot.Entry(priorName), Color = Plot.Ink, LineStyle = LineStyle.Dash, StrokeThickness = 1.4 };
            prior.Points.Add(new DataPoint(low, density[0]));
            prior.Points.AddRange(density.Select((d, b) => new DataPoint(low + ((b + 0.5) * densities.Width), d)));
            prior.Points.Add(new DataPoint(high, density[^1]));
            model.Series.Add(prior);
        }

        return Plot.Svg(model, 520, 340);
    }
}
