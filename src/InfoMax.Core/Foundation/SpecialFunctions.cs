namespace InfoMax.Foundation;

/// <summary>Functions of one real number that the base library lacks, to about 14 digits.</summary>
internal static class SpecialFunctions
{
    // From here on the asymptotic series reach double precision.
    private const double SeriesFrom = 12;

    /// <summary>ψ(x), the derivative of log Γ, for x above 0.</summary>
    public static double Digamma(double x)
    {
        double sum = 0;
        for (; x < SeriesFrom; x++)
        {
            sum -= 1 / x;
        }

        double r = 1 / (x * x);
        double series = r * ((1.0 / 12) - (r * ((1.0 / 120) - (r * ((1.0 / 252) - (r * ((1.0 / 240) - (r * (1.0 / 132)))))))));
        return sum + Math.Log(x) - (0.5 / x) - series;
    }

    /// <summary>log Γ(x) for x above 0.</summary>
    public static double LogGamma(double x)
    {
        double product = 1;
        for (; x < SeriesFrom; x++)
        {
            product *= x;
        }

        double r = 1 / (x * x);
        double series = ((1.0 / 12) - (r * ((1.0 / 360) - (r * ((1.0 / 1260) - (r * ((1.0 / 1680) - (r * (1.0 / 1188))))))))) / x;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series - Math.Log(product);
    }
}
