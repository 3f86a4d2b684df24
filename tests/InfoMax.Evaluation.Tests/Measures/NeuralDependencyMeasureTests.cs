using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using static InfoMax.Evaluation.Tests.Gaussians;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Measures;

public sealed class NeuralDependencyMeasureTests
{
    [Fact]
    public void Dependency_OfIndependentUnits_IsNearZero()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using FeatureSet train = FeatureSet.FromMatrix(randn([2000, 5], generator: generator)), test = FeatureSet.FromMatrix(
            randn([1000, 5], generator: generator));
        DependencyResult result =
            new NeuralDependencyMeasure { Epochs = 10, Patience = 3, BatchSize = 250, Permutations = 4 }.Evaluate(train, test);
        result.Value.Should().BeInRange(-0.05, 0.05);
        result.ToString().Should().ContainAll("5 units", "1000 test rows", "donsker-varadhan").And.NotContain("certify");
        result.Certifiable.Should().BeApproximately(Math.Log(1000), 1e-12);
        var high = new DependencyResult { Value = 7, TestCount = 1000 };
        high.ToString().Should().Contain("above the 6.908 that this number of rows can certify");
    }

    [Theory]
    [InlineData("dv")]
    [InlineData("nwj")]
    [InlineData("jsd")]
    public void Dependency_OfCorrelatedUnits_IsTheirTotalCorrelation(string name)
    {
        using var scope = NewDisposeScope();
        using FeatureSet train = FeatureSet.FromMatrix(Equicorrelated(1500, seed: 2)), test = FeatureSet.FromMatrix(
            Equicorrelated(1000, seed: 3));
        var measure = new NeuralDependencyMeasure
        {
            Epochs = 15,
            BatchSize = 200,
            Permutations = 4,
            Estimator = () =>
                name switch { "dv" => new DonskerVaradhanEstimator(), "nwj" => new NwjEstimator(), _ => new JensenShannonEstimator() },
        };
        DependencyResult result = measure.Evaluate(train, test);
        result.Value.Should().BeInRange(TrueTotalCorrelation - 0.35, TrueTotalCorrelation + 0.15);
        result.GaussianTotalCorrelation.Should().BeApproximately(TrueTotalCorrelation, 0.15);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(25)]
    public void Dependency_OfUnitsThatTellThemselvesFromShuffledOnesWithoutFail_IsBelowTheirTotalCorrelation(double truth)
    {
        // Trained with the Donsker–Varadhan bound, the same network says 28 and some hundreds.
        using var scope = NewDisposeScope();
        using FeatureSet train = FeatureSet.FromMatrix(Chain(800, 16, truth, seed: 1)), test = FeatureSet.FromMatrix(
            Chain(400, 16, truth, seed: 2));
        DependencyResult result =
            new NeuralDependencyMeasure { Epochs = 40, BatchSize = 200, LearningRate = 1e-3, Permutations = 4 }.Evaluate(train, test);
        result.Value.Should().BeInRange(0.25 * truth, truth);
        result.Estimator.Should().Be("nwj");
        result.Certifiable.Should().BeLessThan(truth);
    }

    [Fact]
    public void Dependency_Squashed_IsThatOfTheSquashedCodes()
    {
        using var scope = NewDisposeScope();
        using FeatureSet train = FeatureSet.FromMatrix(Equicorrelated(400, seed: 2)), test = FeatureSet.FromMatrix(
            Equicorrelated(100, seed: 3));
        using FeatureSet squashedTrain = FeatureSet.FromMatrix(train.Values.sigmoid()), squashedTest = FeatureSet.FromMatrix(
            test.Values.sigmoid());
        var measure = new NeuralDependencyMeasure { Epochs = 2, Permutations = 2 };
        DependencyResult result =
            new NeuralDependencyMeasure { Epochs = 2, Permutations = 2, Squash = Prior.Uniform }.Evaluate(train, test);
        result.Value.Should().Be(measure.Evaluate(squashedTrain, squashedTest).Value, "and the seed determines it");
        result.Squash.Should().Be("uniform");
        LiveTensors.ShouldNotGrow(2, () => measure.Evaluate(train, test));
        using FeatureSet one = FeatureSet.FromMatrix(rand(30, 1));
        Expect.ArgumentFault(() => measure.Evaluate(one, one), "train", "at least 2 units");
        Expect.ArgumentFault(() => measure.Evaluate(train, one), "test", "4 units");
        FluentActions.Invoking(() => new NeuralDependencyMeasure { ValidationFraction = 1 }).Should().Throw<ArgumentOutOfRangeException>();
        NeuralDependencyMeasure.ReferenceCode().BatchSize.Should().Be(10_000);
    }

    [Theory]
    [InlineData(-70)]
    [InlineData(-600)]
    [InlineData(500)]
    public void Evaluate_CodesInAnotherUnit_GivesTheSameValue(int power)
    {
        using var scope = NewDisposeScope();
        Tensor train = Equicorrelated(300, seed: 2).to(ScalarType.Float64), test = Equicorrelated(100, seed: 3).to(ScalarType.Float64);
        double unit = Math.ScaleB(1, power);
        using FeatureSet plainTrain = FeatureSet.FromMatrix(train), plainTest = FeatureSet.FromMatrix(test);
        using FeatureSet scaledTrain = FeatureSet.FromMatrix(train * unit), scaledTest = FeatureSet.FromMatrix(test * unit);
        var measure = new NeuralDependencyMeasure { Epochs = 3, BatchSize = 100, Permutations = 2 };
        measure.Evaluate(scaledTrain, scaledTest).Value.Should().Be(measure.Evaluate(plainTrain, plainTest).Value);
    }
}
