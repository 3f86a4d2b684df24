using InfoMax.Critics;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Estimators;

/// <summary>What estimators remember and learn.</summary>
public sealed class StatefulEstimatorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mine_SecondBatch_DividesByTheMovingAverage(bool dense)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var estimator = new MineEstimator(rate: 0.25);
        double average = 0;
        for (int batch = 0; batch < 3; batch++)
        {
            Tensor g = randn([6, 4], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
            Tensor x = randn([6, 4, 3], dtype: ScalarType.Float64, generator: generator);
            ScoreMatrix factored = ScoreMatrix.Factored(g, x);
            Tensor u = factored.ToDense();
            Tensor mask = eye(6, dtype: ScalarType.Bool).view(6, 1, 6, 1);
            Tensor meanExp = u.exp().masked_fill(mask, 0).sum() / (6 * 5 * 3);
            average = batch == 0 ? meanExp.item<double>() : (0.75 * average) + (0.25 * meanExp.item<double>());
            Tensor positives = factored.Positives().mean();
            Tensor expected = autograd.grad([positives - (meanExp / average)], [g], retain_graph: true)[0];

            Tensor value = estimator.Objective(dense ? ScoreMatrix.Dense(u) : factored);
            value.item<double>().Should().BeApproximately((positives - meanExp.log()).item<double>(), 1e-10);
            (autograd.grad([value], [g])[0] - expected).abs().max().item<double>().Should().BeLessThan(1e-10);
        }
    }

    [Fact]
    public void Mine_WithoutGradientOrInEvaluation_KeepsItsAverage()
    {
        using var scope = NewDisposeScope();
        var estimator = new MineEstimator(0.5);
        Tensor g = rand([4, 3]).requires_grad_(true), x = rand([4, 3, 2]);
        double State() => estimator.State.state_dict()["log_average"].item<double>();
        State().Should().Be(double.NaN);
        using Tensor first = estimator.Objective(ScoreMatrix.Factored(g, x));
        double before = State();
        before.Should().NotBe(double.NaN);
        Tensor other = x.mul(3);
        estimator.Estimate(ScoreMatrix.Factored(g, other));
        using (no_grad())
        {
            estimator.Objective(ScoreMatrix.Factored(g, other));
        }

        estimator.State.eval();
        estimator.Objective(ScoreMatrix.Factored(g, other));
        State().Should().Be(before);
        estimator.State.train();
        estimator.Objective(ScoreMatrix.Factored(g, other));
        State().Should().NotBe(before);
    }

    [Fact]
    public void State_OfAnObjectivesEstimator_IsSavedTrainedAndMovedWithIt()
    {
        using var scope = NewDisposeScope();
        using var mine = new LocalInfoMax(3, 4, new MineEstimator(), units: 8, seed: 1);
        mine.state_dict().Keys.Should().Contain("estimator.log_average");
        using var tuba = new LocalInfoMax(3, 4, new TubaEstimator(Baseline.OfGlobal(8, 5, seed: 1)), units: 8, seed: 1);
        tuba.state_dict().Keys.Should().Contain(
            ["estimator.hidden.weight", "estimator.hidden.bias", "estimator.output.weight", "estimator.output.bias"]);
        using var flo = new LocalInfoMax(3, 4, new FloEstimator(8, 8, 5, seed: 1), units: 8, seed: 1);
        flo.state_dict().Keys.Should().Contain(["estimator.global.weight", "estimator.local.weight", "estimator.output.weight"]);
        ((nn.Module)flo).parameters().Should().HaveCount(16 + 5);
        flo.to(ScalarType.Float64);
        var output = new InfoMax.Encoders.EncoderOutput(
            new InfoMax.Encoders.LocalFeatureMap(rand([5, 3, 2, 2], ScalarType.Float64)), rand([5, 4], ScalarType.Float64));
        using ObjectiveResult result = flo.call(output);
        result.Loss.dtype.Should().Be(ScalarType.Float64);
        result.Loss.backward();
        flo.named_parameters().Where(p => p.name.StartsWith("estimator.output", StringComparison.Ordinal)).Should().OnlyContain(
            p => p.parameter.grad!.abs().sum().item<double>() > 0);
    }

    [Fact]
    public void State_SavedAndLoaded_GivesTheSameGradient()
    {
        using var scope = NewDisposeScope();
        Tensor g = rand([4, 3]).requires_grad_(true), x = rand([4, 3, 2]), y = rand([4, 3, 2]).mul(2);
        MineEstimator first = new(0.3), second = new(0.3);
        first.Objective(ScoreMatrix.Factored(g, x));
        second.State.load_state_dict(first.State.state_dict());
        Tensor Gradient(MineEstimator e) => autograd.grad([e.Objective(ScoreMatrix.Factored(g, y))], [g])[0];
        (Gradient(first) - Gradient(second)).abs().max().item<float>().Should().Be(0);
    }

    [Fact]
    public void Baselines_TrainedOnFixedScores_FindThePartitionFunction()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor g = randn([64, 4], generator: generator), x = randn([64, 4], generator: generator);
        ScoreMatrix scores = ScoreMatrix.Factored(g, x.unsqueeze(2));
        double best = scores.MeanContrast(new TightContrast(63)).item<float>();
        double Trained(MIEstimator estimator)
        {
            using var optimizer = optim.Adam(estimator.State!.parameters(), 1e-2);
            double value = double.NaN;
            for (int step = 0; step < 400; step++)
            {
                using var inner = NewDisposeScope();
                Tensor objective = estimator.Objective(scores);
                value = objective.item<float>();
                optimizer.zero_grad();
                objective.neg().backward();
                optimizer.step();
            }

            return value;
        }

        double constant = Trained(new TubaEstimator());
        double network = Trained(new TubaEstimator(Baseline.OfGlobal(4, 64, seed: 1)));
        double pair = Trained(new FloEstimator(4, 4, 64, seed: 1));
        constant.Should().BeLessThan(network - 0.1);
        network.Should().BeInRange(best - 0.15, best);
        pair.Should().BeInRange(best - 0.15, best);
    }

    [Fact]
    public void Objectives_EstimatorsThatMayNotBeMaximized_AreRefused()
    {
        var upper = new ModelFit();
        Expect.ArgumentFault(() => _ = new LocalInfoMax(3, 4, upper, units: 8), "estimator", "model-fit", "maximized");
        Expect.ArgumentFault(() => _ = new GlobalInfoMax(3, 4, upper), "estimator", "model-fit");
        Expect.ArgumentFault(
            () => _ = new LocalInfoMax(3, 4, DivergenceEstimator.Wasserstein, units: 8), "critic", "1-Lipschitz", "SeparableCritic");
        using var allowed = new LocalInfoMax(new ConstantCritic(), DivergenceEstimator.Wasserstein);
    }

    [Fact]
    public void Constructors_ValuesOutsideTheirRange_AreRefused()
    {
        foreach (Action action in new Action[]
        {
            () => _ = new MineEstimator(0), () => _ = new MineEstimator(1.1), () => _ = new MineEstimator(double.NaN),
            () => _ = new SmileEstimator(0), () => _ = new SmileEstimator(
                double.NaN),
            () => _ = new InterpolatedEstimator(-0.1), () => _ = new InterpolatedEstimator(double.NaN), () => _ = Baseline.Constant(
                double.PositiveInfinity),
            () => _ = Baseline.OfGlobal(0), () => _ = new FloEstimator(1, 0), () => _ = new StreamingOptions { TileBytes = 10 },
        })
        {
            action.Should().Throw<ArgumentOutOfRangeException>();
        }

        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Dense(rand([4, 4]));
        FluentActions.Invoking(() => new TubaEstimator(Baseline.OfGlobal(3)).Objective(scores))
            .Should().Throw<ArgumentException>().WithMessage("*global vectors*");
        using ScoreMatrix wrong = ScoreMatrix.Factored(rand([4, 5]), rand([4, 5]));
        FluentActions.Invoking(() => new TubaEstimator(Baseline.OfGlobal(3)).Objective(wrong))
            .Should().Throw<ArgumentException>().WithMessage("*[N, count, 3]*[4, 1, 5]*");
        using ScoreMatrix pairs = ScoreMatrix.Factored(rand([4, 5]), rand([4, 5, 2]));
        FluentActions.Invoking(() => new TubaEstimator(Baseline.OfPair(5, 5)).Objective(pairs))
            .Should().Throw<ArgumentException>().WithMessage("*FLO*");
    }

    /// <summary>An estimator whose objective fits a model and does not raise mutual information.</summary>
    private sealed class ModelFit() : MIEstimator("model-fit", BoundKind.Surrogate, BoundKind.UpperBound)
    {
        public override bool TrainsRepresentations => false;

        public override Tensor Objective(ScoreMatrix scores) => scores.Positives().mean();
    }

    private sealed class ConstantCritic() : Critic(nameof(ConstantCritic))
    {
        public override bool IsLipschitz => true;

        protected override ScoreMatrix Score(InfoMax.Encoders.LocalFeatureMap local, Tensor globals) =>
            ScoreMatrix.Dense(zeros(local.BatchSize, local.BatchSize));
    }

    /// <summary>TUBA at the best baseline.</summary>
    private sealed class TightContrast(double negatives) : ContrastFunction
    {
        public override Tensor Value(Tensor positives, Tensor logSumExpNegatives) => positives - (logSumExpNegatives - Math.Log(negatives));
    }
}
