namespace InfoMax.Reports.Foundation;

/// <summary>Round positions on an axis: multiples of 1, 2 or 5 times a power of ten.</summary>
internal static class AxisTicks
{
    /// <summary>The distance between ticks that puts about <paramref name="wanted"/> of them, and not many more, on a length.</summary>
    public static double Step(double length, int wanted)
    {
        double least = length / wanted;
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (int factor in (ReadOnlySpan<int>)[1, 2, 5])
        {
            if (factor * power >= least * 0.999)
            {
                return factor * power;
            }
        }

        return 10 * power;
    }

    /// <summary>The multiples of a step within a range.</summary>
    public static IEnumerable<double> Within(double from, double to, double step)
    {
        for (double i = Math.Ceiling((from / step) - 1e-9); i * step <= to + (1e-9 * step); i++)
        {
            // Not minus zero.
            yield return (i * step) + 0.0;
        }
    }
}
