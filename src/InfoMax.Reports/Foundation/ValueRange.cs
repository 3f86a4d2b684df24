namespace InfoMax.Reports.Foundation;

/// <summary>The range of values that a chart shows.</summary>
internal static class ValueRange
{
    /// <summary>A range that is longer than the range of the later values by more than this factor is cut.</summary>
    private const double Tolerated = 3;

    /// <summary>Range of the finite values of a series; 0 and 0 if there is none.</summary>
    public static (double Low, double High) Of(IReadOnlyList<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return (0, 0);
        }

        (double low, double high) = (finite.Min(), finite.Max());
        double[] later = finite.Length < 4 ? finite : finite[((finite.Length + 3) / 4)..];
        (double laterLow, double laterHigh) = (later.Min(), later.Max());
        return laterHigh > laterLow && high - low > Tolerated * (laterHigh - laterLow) ? (laterLow, laterHigh) : (low, high);
    }
}
