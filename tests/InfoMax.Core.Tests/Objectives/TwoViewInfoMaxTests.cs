using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

public sealed class TwoViewInfoMaxTests
{
    [Fact]
    public void Loss_IsTheMeanOfBothDirections()
    {
        using var scope = NewDisposeScope();
        using EncoderOutput first = Output(5), second = Output(5);
        using var objective = new TwoViewInfoMax(new BilinearCritic(3, 4, seed: 1), new InfoNceEstimator(), seed: 1);
        using var critic = new BilinearCritic(3, 4, seed: 1);
        var estimator = new InfoNceEstimator();
        double expected = -(estimator.Objective(critic.call(second.Local, first.Global)).item<float>() + estimator.Objective(
            critic.call(first.Local, second.Global)).item<float>()) / 2;
        ObjectiveResult result = objective.call(With(first, second));
        result.Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        result.Metrics["nats"].item<float>().Should().BeApproximately((float)(Math.Log(1 + (4 * 6)) - expected), 1e-4f);
        Expect.ArgumentFault(() => objective.call(first), "output", nameof(TwoViewEncoder));
    }

    [Fact]
    public void WithWeight_HaveTheGradientsOfThePlainLoss()
    {
        using var scope = NewDisposeScope();
        Tensor map = rand(5, 3, 6).requires_grad_(true), code = rand(5, 4).requires_grad_(true);
        using var light = new TwoViewInfoMax(new BilinearCritic(3, 4, seed: 1), new InfoNceEstimator(), seed: 1) { Weight = 0.25 };
        EncoderOutput output = With(new EncoderOutput(new LocalFeatureMap(map), code), Output(5));
        using var loss = new DimLoss(light);
        Tensor[] Gradients(Tensor value)
        {
            value.backward();
            Tensor[] gradients = [.. new[] { map, code }.Select(t => t.grad is { } g ? g.clone() : zeros_like(t))];
            map.grad?.zero_();
            code.grad?.zero_();
            return gradients;
        }

        Tensor[] weighted = Gradients(loss.call(output).Total), plain = Gradients(light.call(output).Loss * 0.25);
        weighted.Should().OnlyContain(g => g.abs().sum().item<float>() > 0, "each view's map and code take part");
        weighted.Zip(plain).All(p => (p.First - p.Second).abs().max().item<float>() < 1e-6f).Should().BeTrue();
        weighted[1].abs().sum().item<float>().Should().BeGreaterThan(0);
    }

    [Fact]
    public void AcrossScales_TakeMapsOnBothSides()
    {
        using var scope = NewDisposeScope();
        EncoderOutput Scales() =>
            new(new LocalFeatureMap(rand(4, 3, 4, 4)), rand(4, 5), new Dictionary<string, Tensor> { ["conv"] = rand(4, 6, 2, 2) });
        using var objective =
            new TwoViewInfoMax(new SeparableCritic(3, 6, 8, seed: 1), new InfoNceEstimator(), from: "conv", to: "local", seed: 1)
            {
                GlobalSamples = 1,
                LocationSamples = 5,
                ScoreClip = ScoreFunctions.SoftClip(10),
            };
        using var many = new DimLoss(
            new TwoViewInfoMax(new SeparableCritic(3, 5, 8, seed: 1), new InfoNceEstimator(), seed: 1), objective,
            new TwoViewInfoMax(new SeparableCritic(6, 6, 8, seed: 1), new InfoNceEstimator(), from: "conv", to: "conv", seed: 1));
        using DimLossResult result = many.call(With(Scales(), Scales()));
        result.Metrics.Keys.Should().Contain(["views.loss", "views_2.loss", "views_3.nats"]);
        result.Total.backward();
        Expect.ArgumentFault(() => objective.call(With(Output(4), Output(4))), "output", "\"conv\"");
    }

    private static EncoderOutput Output(int count) => new(new LocalFeatureMap(rand(count, 3, 6)), rand(count, 4));

    private static EncoderOutput With(EncoderOutput first, EncoderOutput second) =>
        new(first.Local, first.Global, first.Features) { Paired = second };
}
