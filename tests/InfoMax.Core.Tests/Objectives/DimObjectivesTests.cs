using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

/// <summary>Equation 8 from one description, and the closed forms of its terms on degenerate batches.</summary>
public sealed class DimObjectivesTests
{
    private static EncoderSignature Shape
    {
        get
        {
            using var output = new EncoderOutput(new LocalFeatureMap(zeros(2, 3, 2, 2)), zeros(2, 5));
            return EncoderSignature.Of(output);
        }
    }

    public static TheoryData<string, double, double, double> Paper => new()
    {
        { "global", 1, 0, 1 }, { "local", 0, 1, 0.1 }, { "both", 0.5, 0.1, 0.1 }, { "code", 0, 1, 0 },
    };

    [Theory]
    [MemberData(nameof(Paper))]
    public void Create_ByThePapersPresets_GivesItsTermsAndWeights(string name, double alpha, double beta, double gamma)
    {
        using var scope = NewDisposeScope();
        DimWeights weights = name switch
        {
            "global" => DimWeights.PaperGlobal,
            "local" => DimWeights.PaperLocal,
            "both" => DimWeights.PaperLocalAndGlobal,
            _ => DimWeights.ReferenceCodeLocal,
        };
        using var loss = new DimLoss([.. new DimObjectives { Weights = weights }.Create(Shape, seed: 1)]);
        loss.Objectives.ToDictionary(o => o.Key, o => o.Value.Weight).Should().BeEquivalentTo(
            new Dictionary<string, double> { ["global"] = alpha, ["local"] = beta, ["prior"] = gamma }.Where(w => w.Value > 0));
        using var output = new EncoderOutput(new LocalFeatureMap(rand(4, 3, 2, 2)), rand(4, 5));
        loss.call(output).Total.backward();
    }

    [Fact]
    public void Create_WithUnitsAndNarrowProjections_GivesThemToTheLocalCritic()
    {
        using var scope = NewDisposeScope();
        using var loss = new DimLoss(
            [.. new DimObjectives { Weights = DimWeights.ReferenceCodeLocal, Units = 24,
                Projections = ProductPrecision.BFloat16 }.Create(Shape, seed: 1)]);
        using var full = new DimLoss([.. new DimObjectives { Weights = DimWeights.ReferenceCodeLocal, Units = 24 }.Create(Shape, seed: 1)]);
        loss.state_dict()["local.critic.global.output.weight"].shape.Should().Equal(24L, 24L);
        using var output = new EncoderOutput(new LocalFeatureMap(rand(4, 3, 2, 2)), rand(4, 5));
        float narrow = loss.call(output).Total.item<float>(), wide = full.call(output).Total.item<float>();
        narrow.Should().NotBe(wide).And.BeApproximately(wide, 0.3f);
        FluentActions.Invoking(() => new DimObjectives { Units = 0 }).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Create_WithFaultyWeights_NamesThemAll()
    {
        Expect.ArgumentFault(() =>
            new DimObjectives { Weights = new DimWeights(-1, double.NaN, 1) }.Create(Shape), "Weights", "Global", "is -1", "Local", "NaN");
        Expect.ArgumentFault(() =>
            new DimObjectives { Weights = new DimWeights(0, 0, 1) }.Create(Shape), "Weights", "no mutual information");
        using var data = rand(8, 1, 28, 28);
        using ConvEncoder encoder = ConvEncoder.For28x28();
        using DimTrainer trainer = new DimTrainer(encoder, data)
            .BatchSize(4).Objectives(new DimObjectives { Weights = new DimWeights(-1, 1, 1) });
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<ArgumentException>().WithMessage("*the weight Global*is -1*");
    }

    public static TheoryData<string> Critics => new("dot", "concat", "few", "global-concat", "global-dot");

    [Theory]
    [MemberData(nameof(Critics))]
    public void Objectives_OnIdenticalExamplesOfOneLocation_HaveTheirClosedForms(string name)
    {
        using var scope = NewDisposeScope();
        const int n = 5;
        Tensor map = rand(1, 3, 1, 1).expand(n, 3, 1, 1), code = rand(1, 4).expand(n, 4);
        using var output = new EncoderOutput(new LocalFeatureMap(map), code);
        // All scores are equal: nothing is told apart, whatever the critic.
        double negatives = name == "few" ? 2 : n - 1;
        foreach ((MIEstimator estimator, double expected) in new (MIEstimator, double)[]
            { (new InfoNceEstimator(), Math.Log(1 + negatives)), (new DonskerVaradhanEstimator(), 0),
                (DivergenceEstimator.Wasserstein, 0) })
        {
            if (estimator.NeedsLipschitzCritic)
            {
                FluentActions.Invoking(() => Create(name, estimator)).Should().Throw<ArgumentException>();
                continue;
            }

            using Objective objective = Create(name, estimator);
            objective.call(output).Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f, estimator.Name);
        }

        // Jensen–Shannon depends on the level of the scores as well, and trained on such a batch a critic finds the best one: 0.
        using Objective jensenShannon = Create(name, new JensenShannonEstimator());
        using optim.Optimizer steps = optim.Adam(jensenShannon.parameters().ToArray(), 0.01);
        float loss = float.NaN;
        for (int step = 0; step < 150; step++)
        {
            using var inner = NewDisposeScope();
            Tensor value = jensenShannon.call(output).Loss;
            steps.zero_grad();
            value.backward();
            steps.step();
            loss = value.item<float>();
            loss.Should().BeGreaterThan(-1e-5f);
        }

        loss.Should().BeLessThan(1e-3f);
    }

    [Fact]
    public void GlobalSamples_OfSeveralGlobals_AreUnbiasedAndCheaper()
    {
        using var scope = NewDisposeScope();
        using var output = new EncoderOutput(new LocalFeatureMap(rand(6, 3, 2, 2)), rand(6, 4, 9));
        using var all = new LocalInfoMax(new BilinearCritic(3, 4, seed: 1), new JensenShannonEstimator(), seed: 2);
        using var some = new LocalInfoMax(new BilinearCritic(3, 4, seed: 1), new JensenShannonEstimator(), seed: 2) { GlobalSamples = 3 };
        using (no_grad())
        {
            double mean = Enumerable.Range(0, 200).Average(_ => some.call(output).Loss.item<float>());
            mean.Should().BeApproximately(all.call(output).Loss.item<float>(), 2e-3);
        }

        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var inner = NewDisposeScope();
            some.call(output).Loss.backward();
        });
        FluentActions.Invoking(() => new LocalInfoMax(3, 4, new InfoNceEstimator(), 8) { GlobalSamples = 0 }).Should()
            .Throw<ArgumentOutOfRangeException>();
    }

    private static Objective Create(string name, MIEstimator estimator)
    {
        Objective objective = name switch
        {
            "dot" => new LocalInfoMax(3, 4, estimator, units: 8, seed: 2),
            "concat" => new LocalInfoMax(new ConcatCritic(3, 4, 8, seed: 1), estimator, seed: 2),
            "few" => new LocalInfoMax(new ConcatCritic(3, 4, 8, seed: 1) { NegativesPerPositive = 2 }, estimator, seed: 2),
            "global-concat" => new GlobalInfoMax(3, 4, estimator, seed: 1),
            _ => new GlobalInfoMax(new GlobalSeparableCritic(3, 4, units: 8, hiddenUnits: 6, seed: 1), estimator),
        };
        return objective;
    }
}
