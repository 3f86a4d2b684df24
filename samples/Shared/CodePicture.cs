using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace InfoMax.Samples.Shared;

/// <summary>How the units of a code are distributed, against the density of the prior that they should follow.</summary>
internal static class CodePicture
{
    private const int Bins = 25;

    /// <param name="title">What is shown.</param>
    /// <param name="units">The values of each unit over many examples.</param>
    /// <param name="low">Where the axis starts.</param>
    /// <param name="high">Where it ends.</param>
    /// <param name="priorName">What to call the prior.</param>
    /// <param name="density">The density of one unit under the prior.</param>
    public static string Svg(string? title, IReadOnlyList<IReadOnlyList<double>> units, double low, double high, string priorName, Func<double, double> density)
    {
        double width = (high - low) / Bins;
        double[][] perUnit = [.. units.Select(values => Densities(values, low, width))];
        PlotModel model = Drawing.Model(title);
        model.Axes.Add(Drawing.Axis(AxisPosition.Bottom, "value of a unit", low, high));
        model.Axes.Add(Drawing.Axis(AxisPosition.Left, "density", 0));
        Legend legend = Drawing.Legend();
        (legend.LegendPosition, legend.LegendOrientation, legend.LegendMargin, legend.LegendItemSpacing) = (LegendPosition.BottomCenter, LegendOrientation.Horizontal, 4, 18);
        model.Legends.Add(legend);

        var band = new AreaSeries { Title = Drawing.Entry("80 % of the units"), Fill = OxyColor.FromAColor(60, Drawing.Accent), Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, MinimumSegmentLength = 0 };
        var mean = new LineSeries { Title = Drawing.Entry("all units"), Color = Drawing.Accent, StrokeThickness = 2.2, MinimumSegmentLength = 0 };
        for (int b = 0; b < Bins; b++)
        {
            double[] sorted = [.. perUnit.Select(d => d[b]).Order()];
            foreach (double x in new[] { low + (b * width), low + ((b + 1) * width) })
            {
                band.Points.Add(new DataPoint(x, sorted[(int)(0.9 * (sorted.Length - 1))]));
                band.Points2.Add(new DataPoint(x, sorted[(int)Math.Ceiling(0.1 * (sorted.Length - 1))]));
                mean.Points.Add(new DataPoint(x, sorted.Average()));
            }
        }

        var prior = new LineSeries { Title = Drawing.Entry(priorName), Color = Drawing.Ink, LineStyle = LineStyle.Dash, StrokeThickness = 1.4 };
        prior.Points.AddRange(Enumerable.Range(0, 201).Select(i => low + (i * (high - low) / 200)).Select(x => new DataPoint(x, density(x))));
        model.Series.Add(band);
        model.Series.Add(mean);
        model.Series.Add(prior);
        return Drawing.Svg(model, 520, 340);
    }

    private static double[] Densities(IReadOnlyList<double> values, double low, double width)
    {
        double[] densities = new double[Bins];
        foreach (double value in values)
        {
            int bin = (int)Math.Floor((value - low) / width);
            if (bin >= 0 && bin <= Bins)
            {
                densities[Math.Min(bin, Bins - 1)] += 1 / (width * values.Count);
            }
        }

        return densities;
    }
}
