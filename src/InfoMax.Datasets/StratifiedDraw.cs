using InfoMax.Randomness;

namespace InfoMax.Datasets;

/// <summary>Draws that keep the proportions of the classes.</summary>
internal static class StratifiedDraw
{
    /// <summary>
    /// Draws <paramref name="wanted"/> of <paramref name="count"/> examples without repeats: from each class its share rounded down, then
    /// one more from the classes with the largest remainders, the lower label first. Without labels, all examples are one class.
    /// </summary>
    public static bool[] Draw(int[]? labels, int count, int wanted, int seed)
    {
        var random = RandomStream.Of(seed, "stratified draw").Random();
        int[][] classes = labels is null
            ? [[.. Enumerable.Range(0, count)]]
            : [.. Enumerable.Range(0, count).GroupBy(i => labels[i]).OrderBy(g => g.Key).Select(g => g.ToArray())];
        long[] shares = Array.ConvertAll(classes, members => (long)wanted * members.Length);
        int[] quotas = Array.ConvertAll(shares, share => (int)(share / count));
        int rest = wanted - quotas.Sum();
        foreach (int c in Enumerable.Range(0, classes.Length).OrderByDescending(c => shares[c] % count).Take(rest))
        {
            quotas[c]++;
        }

        bool[] drawn = new bool[count];
        for (int c = 0; c < classes.Length; c++)
        {
            random.Shuffle(classes[c]);
            foreach (int i in classes[c].AsSpan(0, quotas[c]))
            {
                drawn[i] = true;
            }
        }

        return drawn;
    }
}
