using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using TorchSharp;

namespace InfoMax.Evaluation.Tests.Geometry;

public sealed class NearestNeighborsTests
{
    [Theory]
    [InlineData("cosine")]
    [InlineData("L1")]
    [InlineData("L2")]
    public void Find_AgainstANaiveLoop_IsTheSameTiesIncluded(string name)
    {
        DistanceMetric metric = new[] { DistanceMetric.Cosine, DistanceMetric.L1, DistanceMetric.L2 }.Single(m => m.Name == name);
        // Whole numbers from a small range give many ties and duplicates.
        var random = new Random(4);
        var x = new double[150, 3];
        for (int i = 0; i < x.Length; i++)
        {
            x[i / 3, i % 3] = random.Next(3);
        }

        using FeatureSet set = Blobs.Set(x, null, single: true);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        NearestNeighbors found = NearestNeighbors.Find(set, set, 7, metric, excludeSelf: true);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(live);
        float[][] rows = [.. Enumerable.Range(0, 150).Select(i => new[] { (float)x[i, 0], (float)x[i, 1], (float)x[i, 2] })];
        for (int q = 0; q < 150; q++)
        {
            int[] naive =
                [.. Enumerable.Range(0, 150).Where(i => i != q).OrderBy(i => metric.Between(rows[q], rows[i])).ThenBy(i => i).Take(7)];
            found.Indices[q].Should().Equal(naive);
            found.Distances[q].Should().Equal(naive.Select(i => metric.Between(rows[q], rows[i])));
        }
    }

    [Theory]
    [InlineData("cosine", 1000, 0)]
    [InlineData("L1", 1000, 0)]
    [InlineData("L2", 1000, 0)]
    [InlineData("L2", 0, 1000)]
    [InlineData("L2", 300, 3000)]
    public void Find_RowsFarFromZeroOrFromEachOther_IsTheSameAsANaiveLoop(string name, double offset, double between)
    {
        DistanceMetric metric = new[] { DistanceMetric.Cosine, DistanceMetric.L1, DistanceMetric.L2 }.Single(m => m.Name == name);
        (double[,] x, int[] y) = Blobs.Make(1040, 37, 2, 1.0, 6);
        for (int i = 0; i < x.Length; i++)
        {
            x[i / 37, i % 37] += offset + (between * y[i / 37]);
        }

        float[][] rows = [.. Enumerable.Range(0, 1040).Select(i => Enumerable.Range(0, 37).Select(f => (float)x[i, f]).ToArray())];
        using FeatureSet all = Blobs.Set(x, null, single: true);
        using FeatureSet queries = all.Rows([.. Enumerable.Range(0, 40)]), gallery = all.Rows([.. Enumerable.Range(40, 1000)]);
        NearestNeighbors found = NearestNeighbors.Find(queries, gallery, 5, metric);
        for (int q = 0; q < 40; q++)
        {
            found.Indices[q]
                .Should().Equal(Enumerable.Range(0, 1000).OrderBy(i => metric.Between(rows[q], rows[40 + i])).ThenBy(i => i).Take(5));
        }
    }

    [Fact]
    public void Find_GalleryOfSeveralBlocks_IsTheSameAsANaiveLoop()
    {
        (double[,] x, _) = Blobs.Make(9000, 2, 2, 1.0, 1);
        using FeatureSet gallery = Blobs.Set(x, null, single: true);
        (double[,] q, _) = Blobs.Make(5, 2, 2, 1.0, 2);
        using FeatureSet queries = Blobs.Set(q, null, single: true);
        NearestNeighbors found = NearestNeighbors.Find(queries, gallery, 4);
        for (int i = 0; i < 5; i++)
        {
            found.Indices[i].Should().Equal(Enumerable.Range(0, 9000)
                .OrderBy(
                    g => Math.Abs((double)(float)q[i, 0] - (float)x[g, 0]) + Math.Abs((double)(float)q[i, 1] - (float)x[g, 1])).Take(4));
        }
    }

    [Fact]
    public void Find_BadArguments_Throws()
    {
        using FeatureSet a = Blobs.Set(new double[3, 2], null);
        using FeatureSet b = Blobs.Set(new double[4, 3], null);
        using FeatureSet c = Blobs.Set(new double[4, 2], null);
        FluentActions.Invoking(() => NearestNeighbors.Find(a, b, 1)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => NearestNeighbors.Find(a, c, 1, excludeSelf: true)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => NearestNeighbors.Find(a, a, 3, excludeSelf: true)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => NearestNeighbors.Find(a, a, 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("L1")]
    [InlineData("L2")]
    public void Find_OneRowFarBeyondTheOthers_IsStillExact(string name)
    {
        DistanceMetric metric = Metric(name);
        foreach (double far in new[] { 1e17, 1e30, 3e38 })
        {
            double[,] x = new double[121, 2];
            for (int i = 0; i < 120; i++)
            {
                (x[i, 0], x[i, 1]) = (i % 60, (i % 60 * (i % 60) / 60.0) + (i / 60));
            }

            x[120, 0] = far;
            using FeatureSet set = Blobs.Set(x, null, single: true);
            NearestNeighbors found = NearestNeighbors.Find(set, set, 2, metric, excludeSelf: true);
            found.Indices.Should().BeEquivalentTo(Naive(x, 2, metric), options => options.WithStrictOrdering(), $"{far}");
        }
    }

    [Fact]
    public void Find_RowsOfAParabolaAndOneFarAway_AreNextToEachOther()
    {
        double[,] x = new double[61, 2];
        for (int i = 0; i < 60; i++)
        {
            (x[i, 0], x[i, 1]) = (i, i * i / 60.0);
        }

        x[60, 0] = 1e30;
        using FeatureSet set = Blobs.Set(x, null, single: true);
        NearestNeighbors.Find(set, set, 2, DistanceMetric.L2, excludeSelf: true).Indices[10].Should().Equal(9, 11);
    }

    [Theory]
    [InlineData("cosine", 1e-21, true)]
    [InlineData("cosine", 1e18, true)]
    [InlineData("L1", 1e-21, true)]
    [InlineData("L2", 1e-21, true)]
    [InlineData("L2", 1e-40, true)]
    [InlineData("L2", 1e37, true)]
    [InlineData("cosine", 1e150, false)]
    [InlineData("L1", 1e150, false)]
    [InlineData("L2", 1e150, false)]
    [InlineData("L2", 1e-200, false)]
    public void Find_DataInAnotherUnit_GivesTheSameNeighbors(string name, double unit, bool inFloat32)
    {
        DistanceMetric metric = Metric(name);
        (double[,] x, _) = Blobs.Make(150, 5, 2, 1.0, 7);
        double[,] scaled = new double[150, 5];
        for (int i = 0; i < x.Length; i++)
        {
            scaled[i / 5, i % 5] = x[i / 5, i % 5] * unit;
        }

        using FeatureSet plain = Blobs.Set(x, null), other = Blobs.Set(scaled, null, single: inFloat32);
        NearestNeighbors expected = NearestNeighbors.Find(plain, plain, 6, metric, excludeSelf: true);
        NearestNeighbors found = NearestNeighbors.Find(other, other, 6, metric, excludeSelf: true);
        found.Indices.Should().BeEquivalentTo(expected.Indices, options => options.WithStrictOrdering());
        double factor = name == "cosine" ? 1 : unit;
        found.Distances[3][0].Should().BeApproximately(expected.Distances[3][0] * factor, 1e-3 * expected.Distances[3][0] * factor);
    }

    [Fact]
    public void Find_AMetricThatIsNotOne_SaysWhatWasExpected()
    {
        (double[,] x, _) = Blobs.Make(60, 3, 2, 1.0, 7);
        using FeatureSet set = Blobs.Set(x, null, single: true);
        Action Find(OwnDistance metric) => () => NearestNeighbors.Find(set, set, 2, metric);
        Find(new OwnDistance { Wide = true }).Should().Throw<InvalidOperationException>().WithMessage("*[60, 60]*\"own\"*[60, 61]*");
        Find(new OwnDistance { Distance = double.NaN }).Should().Throw<InvalidOperationException>().WithMessage("*\"own\"*NaN*");
        using FeatureSet far = Blobs.Set(new double[,] { { 1e300, 1 }, { 2, 3 } }, null);
        FluentActions.Invoking(() => NearestNeighbors.Find(far, far, 1, new OwnDistance()))
            .Should().Throw<ArgumentException>().WithMessage("*float32*");
        // Rough distances that are NaN hide no row.
        NearestNeighbors.Find(set, set, 1, new OwnDistance { Rough = float.NaN }).Indices.Select(n => n[0])
            .Should().Equal(Enumerable.Range(0, 60));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClosestPairs_AgainstANaiveLoop_AreTheSameTiesIncluded(bool excludeSelf)
    {
        var random = new Random(4);
        double[,] x = new double[40, 2];
        for (int i = 0; i < x.Length; i++)
        {
            x[i / 2, i % 2] = random.Next(9);
        }

        using FeatureSet all = Blobs.Set(x, null, single: true), queries = all.Rows([.. Enumerable.Range(0, 15)]);
        using FeatureSet gallery = all.Rows([.. Enumerable.Range(15, 25)]);
        NearestNeighbors found = excludeSelf
            ? NearestNeighbors.Find(all, all, 8, excludeSelf: true)
            : NearestNeighbors.Find(queries, gallery, 8);
        (int, int, double)[] naive = [.. (excludeSelf ? Pairs(0, 40, 0, 40).Where(p => p.I < p.J) : Pairs(0, 15, 15, 40))
            .OrderBy(p => p.Distance).ThenBy(p => p.I).ThenBy(p => p.J).Select(p => (p.I, excludeSelf ? p.J : p.J - 15, p.Distance))];
        for (int count = 1; count <= 8; count++)
        {
            found.ClosestPairs(count).Should().Equal(naive.Take(count));
        }

        int most = Enumerable.Range(9, 200).TakeWhile(count => Try(found, count) is not null).Last();
        found.ClosestPairs(most).Should().Equal(naive.Take(most), "what can be shown to be exact is");
        FluentActions.Invoking(() => found.ClosestPairs(most + 1))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage($"*at most {most} pairs*");
        FluentActions.Invoking(() => found.ClosestPairs(0)).Should().Throw<ArgumentOutOfRangeException>();
        NearestNeighbors everything = excludeSelf
            ? NearestNeighbors.Find(all, all, 39, excludeSelf: true)
            : NearestNeighbors.Find(queries, gallery, 25);
        everything.ClosestPairs(10_000).Should().Equal(naive, "there are no more");

        IEnumerable<(int I, int J, double Distance)> Pairs(int first, int last, int otherFirst, int otherLast) =>
            from i in Enumerable.Range(first, last - first)
            from j in Enumerable.Range(otherFirst, otherLast - otherFirst)
            select (i, j, Math.Abs(x[i, 0] - x[j, 0]) + Math.Abs(x[i, 1] - x[j, 1]));
    }

    [Fact]
    public void ToString_SaysCountsAndDistances()
    {
        using FeatureSet set = Blobs.Set(new double[,] { { 0 }, { 1 }, { 3 } }, null);
        NearestNeighbors.Find(set, set, 2, excludeSelf: true).ToString().Should().Be("2 nearest of 3 rows for 3 queries, distances 1 to 3");
    }

    private static IReadOnlyList<(int Query, int Neighbor, double Distance)>? Try(NearestNeighbors found, int count)
    {
        try
        {
            return found.ClosestPairs(count);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static DistanceMetric Metric(string name) =>
        new[] { DistanceMetric.Cosine, DistanceMetric.L1, DistanceMetric.L2 }.Single(m => m.Name == name);

    private static int[][] Naive(double[,] x, int k, DistanceMetric metric)
    {
        int count = x.GetLength(0);
        float[][] rows =
            [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, x.GetLength(1)).Select(f => (float)x[i, f]).ToArray())];
        return [.. Enumerable.Range(0, count).Select(q => Enumerable.Range(0, count).Where(i => i != q)
            .OrderBy(i => metric.Between(rows[q], rows[i])).ThenBy(i => i).Take(k).ToArray())];
    }
}
