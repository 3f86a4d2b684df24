namespace InfoMax.Data;

/// <summary>Index checks and shuffles for sources and their callers.</summary>
internal static class BatchIndices
{
    /// <summary>Throws unless every index lies in <c>[0, count)</c>.</summary>
    public static void Check(ReadOnlySpan<int> indices, int count)
    {
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"Expected indices in [0, {count}).");
            }
        }
    }

    /// <summary>The numbers 0 to <paramref name="count"/> − 1 in an order drawn from the generator.</summary>
    public static int[] Shuffled(int count, Random random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
