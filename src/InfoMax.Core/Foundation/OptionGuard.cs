namespace InfoMax.Foundation;

/// <summary>Checks of single options where they are set.</summary>
internal static class OptionGuard
{
    /// <summary>The value, if it is at least a bound.</summary>
    public static int AtLeast(int bound, int value, string name) =>
        value >= bound ? value : throw new ArgumentOutOfRangeException(name, value, $"Expected at least {bound}.");

    /// <summary>The value, if it is finite and above 0.</summary>
    public static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");

    /// <summary>The value, if it is finite and at least 0.</summary>
    public static double NotNegative(double value, string name) =>
        value >= 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number of at least 0.");

    /// <summary>The value, if it is a share that leaves something: from 0 to below 1.</summary>
    public static double Share(double value, string name) =>
        value >= 0 && value < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a number from 0 to below 1.");
}
