using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Geometry;

public sealed class TSneTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public void Conditional_RandomRows_HaveTheWantedPerplexity(double perplexity)
    {
        (double[,] x, _) = Blobs.Make(150, 8, 3, 0.5, 1);
        using var scope = NewDisposeScope();
        Tensor p = TSneAffinities.Conditional(tensor(x) * 1000, perplexity, ScalarType.Float64, default);
        double[] rows = p.data<double>().ToArray();
        for (int i = 0; i < 150; i++)
        {
            double[] row = rows[(150 * i)..(150 * (i + 1))];
            row[i].Should().Be(0);
            row.Sum().Should().BeApproximately(1, 1e-12);
            double entropy = -row.Where(v => v > 0).Sum(v => v * Math.Log(v));
            entropy.Should().BeApproximately(Math.Log(perplexity), 1e-5);
        }
    }

    [Fact]
    public void Joint_RandomRows_IsTheSymmetrizedConditionalAndSumsToOne()
    {
        (double[,] x, _) = Blobs.Make(300, 8, 3, 0.5, 1);
        using var scope = NewDisposeScope();
        Tensor conditional = TSneAffinities.Conditional(tensor(x), 20, ScalarType.Float64, default);
        Tensor joint = TSneAffinities.Joint(tensor(x), 20, default).to(ScalarType.Float64);
        joint.sum([0L, 1L]).item<double>().Should().BeApproximately(1, 1e-6);
        allclose(joint, (conditional + conditional.t()) / 600, rtol: 1e-5, atol: 1e-12).Should().BeTrue();
        joint.eq(joint.t()).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Conditional_MoreEqualRowsThanThePerplexity_ShareTheWeight()
    {
        using var scope = NewDisposeScope();
        Tensor x = cat([zeros(10, 2), ones(10, 2)], 0);
        double[] p = TSneAffinities.Conditional(x, 3, ScalarType.Float64, default).data<double>().ToArray();
        p[1].Should().BeApproximately(1.0 / 9, 1e-9);
        p[10].Should().BeApproximately(0, 1e-9);
    }

    [Fact]
    public void Gradient_AtRandomPoints_IsThatOfTheDivergenceByFiniteDifferences()
    {
        (double[,] x, _) = Blobs.Make(140, 5, 3, 0.5, 1);
        using var scope = NewDisposeScope();
        Tensor p = TSneAffinities.Conditional(tensor(x), 10, ScalarType.Float64, default);
        p = (p + p.t()) / 280;
        using var generator = new Generator(3, CPU);
        Tensor y = randn(140, 2, dtype: ScalarType.Float64, generator: generator);
        double[] gradient = TSneGradient.Of(p, y, 1).data<double>().ToArray();
        foreach (int at in new[] { 0, 7, 128, 255, 256, 279 })
        {
            const double H = 1e-5;
            Tensor step = zeros(280, dtype: ScalarType.Float64);
            step[at] = H;
            step = step.reshape(140, 2);
            double difference = (TSneGradient.Divergence(p, y + step) - TSneGradient.Divergence(p, y - step)) / (2 * H);
            gradient[at].Should().BeApproximately(difference, 1e-8);
        }

        Tensor q = (1 + (y.unsqueeze(1) - y.unsqueeze(0)).square().sum(2)).reciprocal() * (1 - eye(140, dtype: ScalarType.Float64));
        q = q / q.sum();
        double naive =
            (p * ((p + eye(140, dtype: ScalarType.Float64)) / (q + eye(140, dtype: ScalarType.Float64))).log()).sum().item<double>();
        TSneGradient.Divergence(p, y).Should().BeApproximately(naive, 1e-10);
    }

    [Fact]
    public void Fit_SeparatedBlobs_StaySeparated()
    {
        using FeatureSet set = Set(240, classes: 4);
        TSneResult result = new TSne { Iterations = 300 }.Fit(set);
        result.Coordinates.GetLength(0).Should().Be(240);
        result.ToString().Should().StartWith("t-SNE of 240 rows: KL ").And.EndWith("perplexity 30, 300 iterations, seed 0");
        using FeatureSet plane = Plane(result, set.Labels!);
        new Retrieval { Ks = [1], Metric = DistanceMetric.L2, AveragePrecision = false }.Evaluate(plane).Recall[1]
            .Should().BeGreaterThanOrEqualTo(0.95);
    }

    [Fact]
    public void Fit_MoreIterations_LessDivergence()
    {
        using FeatureSet set = Set(120, classes: 3);
        // Without exaggeration every step is a step down the divergence.
        double[] left =
        [
            .. new[] { 2, 60, 300 }.Select(
                i => new TSne { Iterations = i, EarlyExaggeration = 1, RandomStart = true, Seed = 2 }.Fit(set).KullbackLeibler),
        ];
        left.Should().BeInDescendingOrder();
        left[^1].Should().BePositive().And.BeLessThan(left[0] / 2);
    }

    [Fact]
    public void Fit_SameSeed_SameBitsAndAnotherSeedOthers()
    {
        using FeatureSet set = Set(60, classes: 3);
        var options = new TSne { Perplexity = 8, Iterations = 40, Seed = 5 };
        TSneResult first = options.Fit(set);
        options.Fit(set).Coordinates.Cast<float>().Should().Equal(first.Coordinates.Cast<float>());
        new TSne { Perplexity = 8, Iterations = 40, Seed = 6 }.Fit(set).Coordinates.Cast<float>()
            .Should().NotEqual(first.Coordinates.Cast<float>());
    }

    [Fact]
    public void Fit_OneFeatureAndRepeatedRows_GivesFinitePoints()
    {
        double[,] x = new double[40, 1];
        for (int i = 0; i < 40; i++)
        {
            x[i, 0] = i / 10;
        }

        using FeatureSet set = Blobs.Set(x, null);
        new TSne { Perplexity = 4, Iterations = 100 }.Fit(set).Coordinates.Cast<float>().Should().OnlyContain(v => float.IsFinite(v));
    }

    [Fact]
    public void Fit_Canceled_Throws()
    {
        using FeatureSet set = Set(60, classes: 3);
        using var source = new CancellationTokenSource();
        source.Cancel();
        FluentActions.Invoking(() => new TSne { Perplexity = 8 }.Fit(set, source.Token)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Fit_Repeated_LeavesNoTensors()
    {
        using FeatureSet set = Set(140, classes: 3);
        var options = new TSne { Perplexity = 8, Iterations = 6 };
        LiveTensors.ShouldNotGrow(5, () => options.Fit(set));
    }

    [Fact]
    public void Fit_BadRows_SaysWhatIsWrong()
    {
        using FeatureSet few = Set(20, classes: 2);
        Expect.ArgumentFault(() => new TSne().Fit(few), "features", "perplexity below 19 for 20 rows, got 30");
        using FeatureSet equal = Blobs.Set(new double[50, 2], null);
        Expect.ArgumentFault(() => new TSne().Fit(equal), "features", "rows that differ");
        using FeatureSet many = Blobs.Set(new double[TSne.MaxRows + 1, 1], null);
        Expect.ArgumentFault(() => new TSne().Fit(many), "features", "at most 10000 rows, got 10001", "0.4 GB");
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Expect.ArgumentFault(() => _ = new TSne { Perplexity = 1 }, nameof(TSne.Perplexity));
        Expect.ArgumentFault(() => _ = new TSne { Iterations = 1 }, nameof(TSne.Iterations));
        Expect.ArgumentFault(() => _ = new TSne { LearningRate = 0 }, nameof(TSne.LearningRate));
        Expect.ArgumentFault(() => _ = new TSne { EarlyExaggeration = double.NaN }, nameof(TSne.EarlyExaggeration));
    }

    [Theory]
    [InlineData(-70)]
    [InlineData(-600)]
    [InlineData(500)]
    public void Fit_DataInAnotherUnit_GivesTheSamePoints(int power)
    {
        (double[,] x, _) = Blobs.Make(40, 5, 3, 0.5, 1);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using FeatureSet plain = Blobs.Set(x, null), scaled = FeatureSet.FromMatrix(plain.Values * Math.ScaleB(1, power));
        var options = new TSne { Perplexity = 8, Iterations = 40, Seed = 5 };
        options.Fit(scaled).Coordinates.Cast<float>().Should().Equal(options.Fit(plain).Coordinates.Cast<float>());
    }

    [Fact]
    public void Fit_EqualRowsThatRoundingParts_AreEqual()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using FeatureSet equal = FeatureSet.FromMatrix(TorchSharp.torch.full([100, 3], 14.62, TorchSharp.torch.ScalarType.Float64));
        FluentActions.Invoking(() => new TSne { Perplexity = 8 }.Fit(equal))
            .Should().Throw<ArgumentException>().WithMessage("*rows that differ*");
    }

    private static FeatureSet Set(int rows, int classes)
    {
        (double[,] x, int[] y) = Blobs.Make(rows, 8, classes, 0.2, 1);
        return Blobs.Set(x, y);
    }

    private static FeatureSet Plane(TSneResult result, IReadOnlyList<int> labels)
    {
        using Tensor points = tensor(result.Coordinates.Cast<float>().ToArray()).reshape(-1, 2);
        return FeatureSet.FromMatrix(points, labels);
    }
}
