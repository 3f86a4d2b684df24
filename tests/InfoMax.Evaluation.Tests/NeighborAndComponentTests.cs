using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using TorchSharp;

namespace InfoMax.Evaluation.Tests;

public sealed class NeighborAndComponentTests
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
            int[] naive = [.. Enumerable.Range(0, 150).Where(i => i != q).OrderBy(i => metric.Between(rows[q], rows[i])).ThenBy(i => i).Take(7)];
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
            found.Indices[q].Should().Equal(Enumerable.Range(0, 1000).OrderBy(i => metric.Between(rows[q], rows[40 + i])).ThenBy(i => i).Take(5));
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
                .OrderBy(g => Math.Abs((double)(float)q[i, 0] - (float)x[g, 0]) + Math.Abs((double)(float)q[i, 1] - (float)x[g, 1])).Take(4));
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
    [InlineData(50, 6, 3)]
    [InlineData(6, 50, 6)]
    public void Fit_RandomFeatures_GivesOrthonormalDescendingComponentsThatExplainTheVariance(int rows, int features, int count)
    {
        (double[,] x, int[] y) = Blobs.Make(rows, features, 2, 1.0, 1);
        using FeatureSet set = Blobs.Set(x, y);
        PrincipalComponents components = PrincipalComponents.Fit(set, count);
        using FeatureSet projected = components.Transform(set);
        projected.Labels.Should().Equal(y);
        using var scope = torch.NewDisposeScope();
        torch.Tensor v = torch.tensor(components.Components.ToArray()).reshape(features, count);
        torch.allclose(v.t().matmul(v), torch.eye(count, dtype: torch.ScalarType.Float64), atol: 1e-6).Should().BeTrue();
        components.ExplainedVariance.Should().BeInDescendingOrder();
        double[] measured = projected.Values.to(torch.ScalarType.Float64).var(0).data<double>().ToArray();
        for (int i = 0; i < count; i++)
        {
            measured[i].Should().BeApproximately(components.ExplainedVariance[i], 1e-5);
        }

        components.ExplainedVarianceRatio.Sum().Should().BeInRange(0.1, 1 + 1e-9);
    }
}
