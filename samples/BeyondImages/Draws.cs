namespace InfoMax.Samples.BeyondImages;

/// <summary>Random numbers for the data: from the seed alone, the same on every machine.</summary>
internal static class Draws
{
    /// <summary>A number between two.</summary>
    public static double Between(this Random random, double low, double high) => low + ((high - low) * random.NextDouble());

    /// <summary>A standard normal number (Box and Muller).</summary>
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Labels of which each class has its share, in random order.</summary>
    public static int[] Labels(this Random random, int count, int classes)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % classes)];
        random.Shuffle(labels);
        return labels;
    }
}
