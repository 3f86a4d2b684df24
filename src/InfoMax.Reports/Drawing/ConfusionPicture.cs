using System.Globalization;
using InfoMax.Evaluation.Probes;
using InfoMax.Reports.Foundation;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;

namespace InfoMax.Reports.Drawing;

/// <summary>A confusion matrix as a heat map: the share of each true class that was predicted as each class, with the counts.</summary>
internal static class ConfusionPicture
{
    /// <summary>Counts are written where there are no more classes than these.</summary>
    private const int MaxCounts = 20;

    private static readonly OxyColor Empty = OxyColor.Parse("#eef2f7"), Right = OxyColor.Parse("#174ea6");

    private static readonly OxyColor Wrong = OxyColor.Parse("#b3261e");

    public static string Svg(ConfusionMatrix matrix)
    {
        int classes = matrix.ClassCount;
        int cell = classes <= MaxCounts ? 46 : Math.Max(4, 800 / classes);
        PlotModel model = Plot.Model();
        // Room for names at an angle above the first and the last column.
        int names = 8 * Math.Max(6, matrix.ClassNames.Max(name => name.Length));
        model.PlotAreaBorderThickness = new OxyThickness(0);
        model.PlotMargins = new OxyThickness(names + 34, (names * 0.6) + 44, 64, 16);
        // The exporter takes names for shorter than they are drawn: their titles further out.
        model.Axes.Add(Names(AxisPosition.Top, "predicted class", matrix, distance: 4 + (0.3 * names)));
        model.Axes.Add(Names(AxisPosition.Left, "true class", matrix, distance: 10 + (0.3 * names)));
        for (int i = 0; i < classes; i++)
        {
            int total = matrix.Counts[i].Sum();
            for (int j = 0; j < classes; j++)
            {
                double share = total == 0 ? 0 : matrix.Counts[i][j] / (double)total;
                model.Annotations.Add(new RectangleAnnotation
                {
                    MinimumX = j - 0.48,
                    MaximumX = j + 0.48,
                    MinimumY = i - 0.48,
                    MaximumY = i + 0.48,
                    Fill = OxyColor.Interpolate(Empty, i == j ? Right : Wrong, Math.Sqrt(share)),
                    Text = classes <= MaxCounts && matrix.Counts[i][j] > 0
                        ? matrix.Counts[i][j].ToString(CultureInfo.InvariantCulture)
                        : null,
                    TextColor = share > (i == j ? 0.2 : 0.5) ? OxyColors.White : Plot.Ink,
                    FontSize = 12,
                });
            }
        }

        OxyThickness margins = model.PlotMargins;
        return Plot.Svg(
            model, (int)(margins.Left + margins.Right) + 30 + (cell * classes), (int)(margins.Top + margins.Bottom) + 18
                + (cell * classes));
    }

    private static LinearAxis Names(AxisPosition position, string title, ConfusionMatrix matrix, double distance)
    {
        bool top = position == AxisPosition.Top;
        LinearAxis axis = Plot.Axis(position, title, -0.5, matrix.ClassCount - 0.5);
        axis.MajorStep = matrix.ClassCount <= MaxCounts ? 1 : Math.Ceiling(matrix.ClassCount / 20.0);
        axis.AxisTitleDistance = distance;
        axis.TickStyle = TickStyle.None;
        axis.MajorGridlineStyle = LineStyle.None;
        axis.TextColor = Plot.Ink;
        axis.Angle = top ? -40 : 0;
        // The first class on top.
        (axis.StartPosition, axis.EndPosition) = top ? (0, 1) : (1, 0);
        axis.LabelFormatter = value => Math.Abs(value - Math.Round(value)) < 1e-6 && value > -0.5 && value < matrix.ClassCount - 0.5
            ? CleanText.Of(matrix.ClassNames[(int)Math.Round(value)])
            : string.Empty;
        return axis;
    }
}
