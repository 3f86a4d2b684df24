using System.Runtime.InteropServices;
using InfoMax.Randomness;

namespace InfoMax.Information;

/// <summary>Equal rows of samples.</summary>
internal static class Ties
{
    /// <summary>More rows than these for each distinct row are a discrete distribution, not copies.</summary>
    private const int MaxCopies = 8;

    /// <summary>A number for each row, from 0, equal for equal rows. Columns are one array of n values per dimension.</summary>
    public static int[] Groups(params double[][][] sides)
    {
        double[][] columns = [.. sides.SelectMany(side => side)];
        int n = columns[0].Length;
        var numbers = new int[n];
        // One column after another: rows are equal so far if they share a number, and the next column splits them.
        foreach (double[] column in columns)
        {
            var seen = new Dictionary<(int, double), int>(n);
            for (int i = 0; i < n; i++)
            {
                // −0 and 0 are equal.
                ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, (numbers[i], column[i] + 0.0), out bool exists);
                numbers[i] = exists ? number : number = seen.Count - 1;
            }
        }

        return numbers;
    }

    /// <summary>Entropy in nats of the distribution of equal rows; infinite where more than half of the rows are distinct.</summary>
    public static double Entropy(double[][] columns)
    {
        int[] groups = Groups(columns);
        int[] counts = Counts(groups);
        double n = groups.Length;
        return counts.Length > n / 2 ? double.PositiveInfinity : -counts.Sum(count => count / n * Math.Log(count / n));
    }

    /// <summary>How often each number occurs.</summary>
    public static int[] Counts(int[] groups)
    {
        var counts = new int[groups.Max() + 1];
        foreach (int group in groups)
        {
            counts[group]++;
        }

        return counts;
    }

    /// <summary>
    /// The first of each group of equal pairs, if equal pairs look like copies of rows: whenever a value of X (or of Y) occurs again, the
    /// pair does too, and there are few pairs to a group. Null if there are no equal pairs, or they look like a discrete distribution.
    /// </summary>
    public static int[]? Copies(double[][] x, double[][] y)
    {
        int[] pairs = Groups(x, y);
        int n = pairs.Length, distinct = pairs.Max() + 1;
        bool copies = distinct < n && (long)distinct * MaxCopies >= n
            && (distinct == Groups(x).Max() + 1 || distinct == Groups(y).Max() + 1);
        return copies ? First(pairs) : null;
    }

    /// <summary>The first row of each group, in order.</summary>
    public static int[] First(int[] groups)
    {
        var seen = new HashSet<int>();
        return [.. Enumerable.Range(0, groups.Length).Where(i => seen.Add(groups[i]))];
    }

    /// <summary>Spreads values that lie on equal steps evenly within a step, in place. False if no column is such.</summary>
    public static bool Spread(double[][] columns)
    {
        var random = RandomStream.Of(0, "ties").Of("spread").Random();
        bool any = false;
        foreach (double[] column in columns)
        {
            if (Step(column) is { } step)
            {
                any = true;
                for (int i = 0; i < column.Length; i++)
                {
                    column[i] += (random.NextDouble() - 0.5) * step;
                }
            }
        }

        return any;
    }

    /// <summary>The step between the values of a column, if values repeat and all are whole steps apart; otherwise null.</summary>
    private static double? Step(double[] column)
    {
        double[] distinct = [.. column.Distinct().Order()];
        if (distinct.Length < 2 || distinct.Length == column.Length)
        {
            return null;
        }

        double[] gaps = [.. distinct.Skip(1).Zip(distinct, (above, below) => above - below)];
        double step = gaps.Min();
        return gaps.All(gap => Math.Abs((gap / step) - Math.Round(gap / step)) < 1e-3) ? step : null;
    }
}
