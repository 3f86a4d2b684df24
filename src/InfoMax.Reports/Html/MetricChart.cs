using InfoMax.Reports.Foundation;
using InfoMax.Reports.Model;

namespace InfoMax.Reports.Html;

/// <summary>The course of one metric as a small line chart.</summary>
internal sealed class MetricChart
{
    private const int Width = 340, Height = 210, Left = 46, Right = 50, Top = 10, Bottom = 38;
    private const int MostDots = 40;
    private readonly MetricCurve _curve;
    private readonly int[] _known;
    private readonly double _low;
    private readonly double _high;

    private MetricChart(MetricCurve curve)
    {
        _curve = curve;
        _known = [.. Enumerable.Range(0, curve.PerEpoch.Count).Where(i => double.IsFinite(curve.PerEpoch[i]))];
        if (_known.Length > 0)
        {
            (double min, double max) = curve.Range();
            double range = max > min ? max - min : Math.Max(Math.Abs(max) * 0.1, 1e-3);
            // Below there is room for the label of the lowest point.
            (_low, _high) = (min - (0.2 * range), max + (0.08 * range));
        }
    }

    private int Last => _known[^1];

    private int Lowest => _known.MinBy(Value);

    public static void Write(HtmlWriter html, MetricCurve curve) => new MetricChart(curve).Figure(html);

    private double Value(int epoch) => _curve.PerEpoch[epoch];

    private double X(int epoch) =>
        Left + ((Width - Left - Right) * (_curve.PerEpoch.Count == 1 ? 0.5 : epoch / (_curve.PerEpoch.Count - 1.0)));

    /// <summary>Values off the scale are drawn at its edge.</summary>
    private double Y(double value) => Top + ((Height - Top - Bottom) * (_high - Math.Clamp(value, _low, _high)) / (_high - _low));

    private bool IsOff(int epoch) => Value(epoch) < _low || Value(epoch) > _high;

    private void Figure(HtmlWriter html)
    {
        html.Add($"<figure class=\"chart\"><figcaption><b>{_curve.Name}</b>");
        if (_known.Length == 0)
        {
            html.Literal("</figcaption><p class=\"note\">No finite value was recorded.</p></figure>\n");
            return;
        }

        string first = NumberText.Value(Value(_known[0])), last = NumberText.Value(Value(Last)), lowest = NumberText.Value(Value(Lowest));
        html.Add($"<span>{first} → {last} {_curve.Unit}</span></figcaption>");
        html.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" ");
        html.Add($"aria-label=\"{_curve.Name} over {_curve.PerEpoch.Count} epochs, in {_curve.Unit}: ");
        html.Add($"first {first}, lowest {lowest} in epoch {Lowest + 1}, last {last}.\">\n");
        Axes(html);
        Line(html);
        Labels(html, last, lowest);
        html.Literal("</svg>\n");
        if (_known.Where(IsOff).ToArray() is { Length: > 0 } off)
        {
            string ends = off.Length == 1
                ? NumberText.Value(Value(off[0]))
                : $"{NumberText.Value(off.Min(Value))} to {NumberText.Value(off.Max(Value))}";
            string epochs = off.Length == 1
                ? FormattableString.Invariant($"Epoch {off[0] + 1} is")
                : FormattableString.Invariant($"{off.Length} early epochs are");
            html.Add($"<p class=\"note\">{epochs} off the scale: {ends} {_curve.Unit}.</p>");
        }

        html.Literal("</figure>\n");
    }

    private void Axes(HtmlWriter html)
    {
        double step = AxisTicks.Step(_high - _low, 5);
        foreach (double value in AxisTicks.Within(_low, _high, step))
        {
            html.Add($"<path class=\"grid\" d=\"M{Left} {Y(value)}H{Width - Right}\"/>");
            html.Add(
                $"<text class=\"tick\" x=\"{Left - 7}\" y=\"{Y(value) + 3.5}\" "
                + $"text-anchor=\"end\">{NumberText.Tick(value, step)}</text>\n");
        }

        int epochs = _curve.PerEpoch.Count;
        double every = Math.Max(1, AxisTicks.Step(epochs, 6));
        IEnumerable<double> ticks = AxisTicks.Within(1, epochs, every);
        foreach (double epoch in every >= 4 ? ticks.Prepend(1) : ticks)
        {
            double x = X((int)epoch - 1);
            html.Add($"<path class=\"axis\" d=\"M{x} {Height - Bottom}v4\"/>");
            html.Add(
                $"<text class=\"tick\" x=\"{x}\" y=\"{Height - Bottom + 16}\" "
                + $"text-anchor=\"middle\">{NumberText.Tick(epoch, every)}</text>\n");
        }

        html.Add($"<path class=\"axis\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/>");
        html.Add($"<text class=\"tick\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 5}\" text-anchor=\"middle\">epoch</text>\n");
    }

    private void Line(HtmlWriter html)
    {
        html.Literal("<path class=\"line\" d=\"");
        for (int i = 0; i < _known.Length; i++)
        {
            bool joined = i > 0 && _known[i - 1] == _known[i] - 1;
            html.Add($"{(joined ? "L" : "M")}{X(_known[i])} {Y(Value(_known[i]))}{(joined ? "" : "h0")}");
        }

        html.Literal("\"/>\n");
        foreach (int i in _known.Length <= MostDots ? _known : [.. _known.Where(i => i == Lowest || i == Last)])
        {
            string style = i == Last ? "dot last" : i == Lowest && Value(i) < Value(Last) ? "dot low" : "dot";
            html.Add($"<circle class=\"{style}\" cx=\"{X(i)}\" cy=\"{Y(Value(i))}\" r=\"{(style == "dot" ? 2.2 : 4)}\">");
            html.Add($"<title>epoch {i + 1}: {NumberText.Value(Value(i))} {_curve.Unit}</title></circle>\n");
        }
    }

    private void Labels(HtmlWriter html, string last, string lowest)
    {
        html.Add($"<text class=\"value\" x=\"{X(Last) + 8}\" y=\"{Y(Value(Last)) + 4}\">{last}</text>\n");
        if (Value(Lowest) < Value(Last))
        {
            string anchor = X(Lowest) < Left + 30 ? "start" : X(Lowest) > Width - Right - 30 ? "end" : "middle";
            html.Add(
                $"<text class=\"value low\" x=\"{X(Lowest)}\" y=\"{Y(Value(Lowest)) + 17}\" text-anchor=\"{anchor}\">min "
                + $"{lowest}</text>\n");
        }
    }
}
