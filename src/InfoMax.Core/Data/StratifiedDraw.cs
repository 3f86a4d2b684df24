namespace InfoMax.Data;

/// <summary>Seeded draws of rows with balanced classes.</summary>
internal static class StratifiedDraw
{
    /// <summary>
    /// Draws rows with class counts as equal as possible: they differ by at most one, except that a class with too few rows gives all of
    /// them and the others make up for it. Returns the rows in ascending order.
    /// </summary>
    public static int[] Balanced(IReadOnlyList<int> labels, int count, Random random)
    {
        int[][] classes = ShuffledClasses(labels, random);
        var shares = new int[classes.Length];
        int open = count;
        while (open > 0)
        {
            // The classes that get the last few are drawn, so that class numbers do not matter.
            int[] hungry = [.. Enumerable.Range(0, classes.Length).Where(c => shares[c] < classes[c].Length)];
            int each = open / hungry.Length;
            if (each == 0)
            {
                random.Shuffle(hungry);
                hungry = hungry[..open];
                each = 1;
            }

            foreach (int c in hungry)
            {
                int more = Math.Min(each, classes[c].Length - shares[c]);
                shares[c] += more;
                open -= more;
            }
        }

        int[] rows = [.. classes.SelectMany((members, c) => members.Take(shares[c]))];
        Array.Sort(rows);
        return rows;
    }

    /// <summary>
    /// Splits rows, class by class, into rows to fit on and rows to validate on. Every class keeps at least one row to fit on. Both are in
    /// ascending order; the second may be empty.
    /// </summary>
    public static (int[] Fit, int[] Validation) Split(IReadOnlyList<int> labels, double validationFraction, Random random)
    {
        var fit = new List<int>();
        var validation = new List<int>();
        foreach (int[] members in ShuffledClasses(labels, random))
        {
            int held = Math.Min((int)Math.Round(validationFraction * members.Length, MidpointRounding.AwayFromZero), members.Length - 1);
            validation.AddRange(members.Take(held));
            fit.AddRange(members.Skip(held));
        }

        fit.Sort();
        validation.Sort();
        return ([.. fit], [.. validation]);
    }

    private static int[][] ShuffledClasses(IReadOnlyList<int> labels, Random random)
    {
        int[][] classes =
            [.. Enumerable.Range(0, labels.Count).GroupBy(row => labels[row]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        foreach (int[] members in classes)
        {
            random.Shuffle(members);
        }

        return classes;
    }
}
