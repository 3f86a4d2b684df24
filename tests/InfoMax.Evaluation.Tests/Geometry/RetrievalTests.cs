using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Tests.Support;

namespace InfoMax.Evaluation.Tests.Geometry;

public sealed class RetrievalTests
{
    [Theory]
    [InlineData("cosine", false)]
    [InlineData("L1", true)]
    [InlineData("L2", false)]
    public void Evaluate_AgainstANaiveLoop_IsTheSameTiesIncluded(string name, bool leaveOneOut)
    {
        DistanceMetric metric = new[] { DistanceMetric.Cosine, DistanceMetric.L1, DistanceMetric.L2 }.Single(m => m.Name == name);
        (double[,] g, int[] galleryLabels) = WholeNumbers(120, seed: 1);
        (double[,] q, int[] queryLabels) = leaveOneOut ? (g, galleryLabels) : WholeNumbers(30, seed: 2);
        using FeatureSet gallery = Blobs.Set(g, galleryLabels, single: true);
        using FeatureSet queries = Blobs.Set(q, queryLabels, single: true);
        var retrieval = new Retrieval { Ks = [1, 3, 20], Metric = metric, Standardize = false };
        RetrievalResult result = leaveOneOut ? retrieval.Evaluate(gallery) : retrieval.Evaluate(gallery, queries);

        float[][] galleryRows = Rows(g), queryRows = Rows(q);
        var hits = new Dictionary<int, int> { [1] = 0, [3] = 0, [20] = 0 };
        double precisions = 0;
        for (int i = 0; i < queryRows.Length; i++)
        {
            bool[] right = [.. Enumerable.Range(0, galleryRows.Length).Where(r => !leaveOneOut || r != i)
                .OrderBy(r => metric.Between(queryRows[i], galleryRows[r])).ThenBy(r => r).Select(r => galleryLabels[r] == queryLabels[i])];
            foreach (int k in hits.Keys)
            {
                hits[k] += right.Take(k).Any(v => v) ? 1 : 0;
            }

            precisions += Enumerable.Range(0, right.Length).Where(r => right[r]).Average(r => right.Take(r + 1).Count(v => v) / (r + 1.0));
        }

        result.Recall.Should().Equal(hits.ToDictionary(pair => pair.Key, pair => pair.Value / (double)queryRows.Length));
        result.MeanAveragePrecision.Should().BeApproximately(precisions / queryRows.Length, 1e-12);
        result.LeaveOneOut.Should().Be(leaveOneOut);
    }

    [Fact]
    public void Evaluate_SeparatedBlobs_FindsEverythingAtAnyScale()
    {
        (double[,] x, int[] y) = Blobs.Make(90, 4, 3, 0.05, 1);
        for (int i = 0; i < 90; i++)
        {
            x[i, 2] = 1e6 + (1e-3 * x[i, 2]);
        }

        using FeatureSet set = Blobs.Set(x, y);
        RetrievalResult result = new Retrieval().Evaluate(set);
        result.Recall[1].Should().Be(1);
        result.MeanAveragePrecision.Should().BeGreaterThan(0.99);
        result.ToString().Should().Be(
            "Retrieval on blobs (4): recall@1 100.0 %, recall@5 100.0 %, recall@10 100.0 %, " +
            $"mAP {100 * result.MeanAveragePrecision!.Value:F1} %; 90 rows, each among the others, 3 classes, L1, standardized");
    }

    [Fact]
    public void Evaluate_ClassThatTheGalleryLacks_CountsAsNotFound()
    {
        using FeatureSet gallery = Blobs.Set(new double[,] { { 0, 1 }, { 1, 0 }, { 1, 1 } }, [0, 0, 0]);
        using FeatureSet queries = Blobs.Set(new double[,] { { 0, 1 }, { 1, 0 } }, [0, 4]);
        RetrievalResult result = new Retrieval { Ks = [1, 3] }.Evaluate(gallery, queries);
        (result.Recall[3], result.MeanAveragePrecision, result.UnanswerableCount, result.ClassCount).Should().Be((0.5, 0.5, 1, 5));
        result.ToString().Should().Contain("2 queries in 3 rows (1 without a row of their class)");
    }

    [Fact]
    public void Evaluate_WithoutAveragePrecision_GivesRecallsOnly()
    {
        (double[,] x, int[] y) = Blobs.Make(40, 4, 3, 0.5, 1);
        using FeatureSet set = Blobs.Set(x, y);
        RetrievalResult result = new Retrieval { AveragePrecision = false }.Evaluate(set);
        result.MeanAveragePrecision.Should().BeNull();
        result.Recall.Values.Should().BeInAscendingOrder();
    }

    [Fact]
    public void Evaluate_RepeatedOrCanceled_LeavesNoTensors()
    {
        (double[,] x, int[] y) = Blobs.Make(40, 4, 3, 0.5, 1);
        using FeatureSet set = Blobs.Set(x, y);
        LiveTensors.ShouldNotGrow(5, () => new Retrieval().Evaluate(set));
        using var source = new CancellationTokenSource();
        source.Cancel();
        LiveTensors.ShouldNotGrow(
            2, () =>
                FluentActions.Invoking(() => new Retrieval().Evaluate(set, source.Token)).Should().Throw<OperationCanceledException>());
    }

    [Fact]
    public void Evaluate_BadArguments_SaysWhatIsWrong()
    {
        using FeatureSet unlabeled = Blobs.Set(new double[12, 2], null);
        using FeatureSet narrow = Blobs.Set(new double[12, 2], new int[12]);
        using FeatureSet wide = Blobs.Set(new double[12, 3], new int[12]);
        using FeatureSet few = Blobs.Set(new double[10, 2], new int[10]);
        var retrieval = new Retrieval();
        Expect.ArgumentFault(() => retrieval.Evaluate(unlabeled), "features", "labeled");
        Expect.ArgumentFault(() => retrieval.Evaluate(unlabeled, narrow), "gallery", "labeled");
        Expect.ArgumentFault(() => retrieval.Evaluate(narrow, unlabeled), "queries", "labeled");
        Expect.ArgumentFault(() => retrieval.Evaluate(narrow, wide), "queries", "Expected 2 features per row", "got 3");
        Expect.ArgumentFault(() => retrieval.Evaluate(few), "features", "at least 11 rows to find 10, got 10");
        Expect.ArgumentFault(() => _ = new Retrieval { Ks = [] }, nameof(Retrieval.Ks));
        Expect.ArgumentFault(() => _ = new Retrieval { Ks = [1, 1] }, nameof(Retrieval.Ks), "[1, 1]");
        Expect.ArgumentFault(() => _ = new Retrieval { Ks = [0] }, nameof(Retrieval.Ks));
    }

    private static (double[,] X, int[] Labels) WholeNumbers(int rows, int seed)
    {
        // A small range gives many ties and duplicates.
        var random = new Random(seed);
        var x = new double[rows, 3];
        for (int i = 0; i < x.Length; i++)
        {
            x[i / 3, i % 3] = random.Next(3);
        }

        return (x, [.. Enumerable.Range(0, rows).Select(_ => random.Next(12))]);
    }

    private static float[][] Rows(double[,] x) =>
        [.. Enumerable.Range(0, x.GetLength(0)).Select(i => new[] { (float)x[i, 0], (float)x[i, 1], (float)x[i, 2] })];
}
