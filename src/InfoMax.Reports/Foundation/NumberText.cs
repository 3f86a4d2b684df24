using System.Globalization;

namespace InfoMax.Reports.Foundation;

/// <summary>Numbers for readers, in the invariant culture.</summary>
internal static class NumberText
{
    /// <summary>A value in about three significant digits.</summary>
    public static string Value(double value)
    {
        double size = Math.Abs(value);
        string format = size switch
        {
            0 => "0",
            < 0.001 or >= 100_000 => "0.##e+0",
            < 1 => "0.000",
            < 10 => "0.00",
            < 100 => "0.0",
            _ => "#,0",
        };
        return Signed(value, format);
    }

    /// <summary>A tick of an axis, with as many decimals as the distance between two ticks needs.</summary>
    public static string Tick(double value, double step)
    {
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        return decimals > 4 || Math.Abs(value) >= 100_000
            ? Signed(value, "0.##e+0")
            : Signed(value, "N" + decimals.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A fraction of 1 in percent, without the sign.</summary>
    public static string Percent(double fraction) => Signed(100 * fraction, "0.0");

    private static string Signed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
}
