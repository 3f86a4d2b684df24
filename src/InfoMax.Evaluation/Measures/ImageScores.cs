using System.Globalization;

namespace InfoMax.Evaluation.Measures;

/// <summary>One measure of many images.</summary>
/// <param name="Values">The value of each image, in the order of the source.</param>
public sealed record ImageScores(IReadOnlyList<double> Values)
{
    /// <summary>Mean over the images.</summary>
    public double Mean => Values.Average();

    /// <summary>Sample standard deviation over the images (n − 1 in the denominator); 0 for one image, where it is unknown.</summary>
    public double StandardDeviation
    {
        get
        {
            double mean = Mean;
            return Values.Count < 2 ? 0 : Math.Sqrt(Values.Sum(v => (v - mean) * (v - mean)) / (Values.Count - 1));
        }
    }

    /// <summary>Mean and standard deviation.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:F4} ± {StandardDeviation:F4}");
}
