using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>The whole gallery in order of distance, query by query, and what the order says.</summary>
internal static class Ranking
{
    private const int QueryBlock = 256;

    /// <summary>
    /// The average precision of each query: the mean, over the gallery rows of its class, of the share of its class among the rows down to
    /// that one. Float32 rows; 0 for a query without such rows.
    /// </summary>
    public static double[] AveragePrecisions(
        Tensor queries,
        int[] queryLabels,
        Tensor gallery,
        int[] galleryLabels,
        DistanceMetric metric,
        bool excludeSelf,
        CancellationToken cancellationToken)
    {
        var rows = new RowReader(gallery);
        double[] result = new double[queryLabels.Length];
        for (int start = 0; start < result.Length; start += QueryBlock)
        {
            using var scope = NewDisposeScope();
            var block = new RowReader(queries.narrow(0, start, Math.Min(QueryBlock, result.Length - start)));
            int first = start;
            Parallel.For(
                0,
                block.Count,
                new ParallelOptions { CancellationToken = cancellationToken },
                () => (Distances: new double[rows.Count], Order: new int[rows.Count]),
                (i, _, buffers) =>
                {
                    int query = first + i;
                    int count = Order(block[i], rows, excludeSelf ? query : -1, metric, buffers.Distances, buffers.Order);
                    result[query] = AveragePrecision(buffers.Order.AsSpan(0, count), galleryLabels, queryLabels[query]);
                    return buffers;
                },
                _ => { });
        }

        return result;
    }

    private static int Order(ReadOnlySpan<float> query, RowReader rows, int self, DistanceMetric metric, double[] distances, int[] order)
    {
        int count = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            if (row != self)
            {
                distances[count] = metric.Between(query, rows[row]);
                order[count++] = row;
            }
        }

        Array.Sort(distances, order, 0, count);
        for (int from = 0; from < count;)
        {
            // Equal distances by row number.
            int to = from + 1;
            while (to < count && distances[to] == distances[from])
            {
                to++;
            }

            Array.Sort(order, from, to - from);
            from = to;
        }

        return count;
    }

    private static double AveragePrecision(ReadOnlySpan<int> order, int[] labels, int label)
    {
        int hits = 0;
        double sum = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (labels[order[i]] == label)
            {
                sum += ++hits / (i + 1.0);
            }
        }

        return hits == 0 ? 0 : sum / hits;
    }
}
