using InfoMax.Encoders;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests;

/// <summary>CPC on maps of patches.</summary>
public sealed class ContrastivePredictionTests
{
    [Fact]
    public void Context_OfALocation_KnowsNothingOfRowsBelow()
    {
        using var scope = NewDisposeScope();
        using var objective = new ContrastivePredictionTerm(4, 2, 1, seed: 1);
        Tensor map = randn(2, 4, 6, 5), changed = map.clone();
        changed.narrow(2, 3, 3).copy_(randn(2, 4, 3, 5));
        Tensor before = objective.Context(map), after = objective.Context(changed);
        (before.narrow(2, 0, 3) - after.narrow(2, 0, 3)).abs().max().item<float>().Should().BeLessThan(1e-6f);
        (before.narrow(2, 3, 3) - after.narrow(2, 3, 3)).abs().max().item<float>().Should().BeGreaterThan(0.01f);
    }

    [Fact]
    public void Context_OfALocation_SeesItsNeighborsAbove()
    {
        using var scope = NewDisposeScope();
        using var objective = new ContrastivePredictionTerm(4, 2, 1, seed: 1);
        Tensor map = randn(1, 4, 6, 5), changed = map.clone();
        changed.narrow(2, 2, 1).narrow(3, 1, 1).add_(1);
        Tensor moved = (objective.Context(map) - objective.Context(changed)).abs().sum(1)[0];
        moved[4, 2].item<float>().Should().BeGreaterThan(0);
        moved[1, 1].item<float>().Should().Be(0);
    }

    [Fact]
    public void Loss_OfOneDistance_IsTheCrossEntropyOverAllLocations()
    {
        using var scope = NewDisposeScope();
        using var objective = new ContrastivePredictionTerm(3, 1, 1, seed: 1);
        Tensor map = randn(2, 3, 4, 2);
        ObjectiveResult result = objective.call(new EncoderOutput(new LocalFeatureMap(map), rand(2, 3)));
        Tensor predicted = nn.functional.linear(
            objective.Context(map).narrow(2, 0, 2).permute(0, 2, 3, 1).reshape(8, 3), objective.named_parameters()
                .Single(p => p.name == "predictions.0.weight").parameter);
        Tensor logits = predicted.matmul(map.narrow(2, 2, 2).permute(0, 2, 3, 1).reshape(8, 3).t());
        double expected = nn.functional.cross_entropy(logits, arange(8)).item<float>();
        result.Loss.item<float>().Should().BeApproximately((float)expected, 1e-4f);
        result.Metrics["nats"].item<float>().Should().BeApproximately((float)(Math.Log(8) - expected), 1e-4f);
    }

    [Fact]
    public void Loss_OfAConstantMap_IsTheLogarithmOfTheCandidates()
    {
        using var scope = NewDisposeScope();
        using var objective = new ContrastivePredictionTerm(3, 2, 0, seed: 1);
        ObjectiveResult result = objective.call(new EncoderOutput(new LocalFeatureMap(ones(2, 3, 4, 2)), rand(2, 3)));
        result.Loss.item<float>().Should().BeApproximately((float)((Math.Log(12) + Math.Log(8)) / 2), 1e-4f);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    public void Gradient_OfAWeightedTerm_IsTheWeightTimesThatOfTheTerm(double weight)
    {
        using var scope = NewDisposeScope();
        Tensor values = randn(2, 3, 4, 2), code = rand(2, 3);
        Tensor Gradient(double factor)
        {
            Tensor map = values.clone().requires_grad_(true);
            using var loss = new DimLoss(new ContrastivePredictionTerm(3, 2, 0, seed: 1) { Weight = factor });
            loss.call(new EncoderOutput(new LocalFeatureMap(map), code)).Total.backward();
            return map.grad!;
        }

        (Gradient(weight) - (Gradient(1) * weight)).abs().max().item<float>().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void Create_ForAMapThatEndsEarly_PredictsFewerRows()
    {
        using var output = new EncoderOutput(new LocalFeatureMap(zeros(1, 3, 7, 7)), zeros(1, 4));
        EncoderSignature shape = EncoderSignature.Of(output);
        using Objective objective = new ContrastivePredictiveCoding { Horizon = 9 }.Create(shape, seed: 1).Single();
        objective.Should().BeOfType<ContrastivePredictionTerm>().Which.Horizon.Should().Be(5);
        Expect.ArgumentFault(
            () => new ContrastivePredictiveCoding().Create(new EncoderSignature(shape) { SpatialShape = [49] }),
            "shape",
            "two-dimensional");
        Expect.ArgumentFault(() => new ContrastivePredictiveCoding { Gap = 6 }.Create(shape), "shape", "at least 8 rows");
    }

    [Fact]
    public void Evaluate_Repeated_LeavesNoTensor()
    {
        using Tensor map = randn(2, 3, 4, 2).requires_grad_(true), code = rand(2, 3);
        using var objective = new ContrastivePredictionTerm(3, 2, 0, seed: 1);
        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var scope = NewDisposeScope();
            objective.call(new EncoderOutput(new LocalFeatureMap(map), code)).Loss.backward();
        });
    }
}
