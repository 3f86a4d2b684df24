using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Critics;

public sealed class GlobalSeparableCriticTests
{
    [Fact]
    public void Scores_OfMapAndVector_AreInnerProductsOfTheirEncodings()
    {
        using var scope = NewDisposeScope();
        using var critic = new GlobalSeparableCritic(mapSize: 12, globalUnits: 4, units: 6, hiddenUnits: 5, seed: 1);
        critic.eval();
        Dictionary<string, Tensor> w = critic.state_dict();
        w.Keys.Should().Contain(["map.hidden.weight", "map.norm.running_mean", "map.output.weight", "vector.weight", "vector.bias"]);
        Tensor map = rand(3, 3, 2, 2), globals = rand(3, 4, 2);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(map), globals);
        (scores.IsFactored, scores.Globals, scores.Locations).Should().Be((true, 2L, 1L));
        // Fresh running statistics are 0 and 1, up to the normalization's epsilon.
        Tensor hidden = map.flatten(1).mm(w["map.hidden.weight"].t()).div(Math.Sqrt(1 + 1e-5)).relu();
        Tensor maps = hidden.mm(w["map.output.weight"].t()).add(w["map.output.bias"]);
        Tensor vectors = globals.transpose(1, 2).matmul(w["vector.weight"].t()).add(w["vector.bias"]);
        Tensor expected = vectors.reshape(6, 6).mm(maps.t()).view(3, 2, 3, 1);
        (scores.ToDense() - expected).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void Network_OfOnesOwn_IsCheckedAndTrained()
    {
        using var scope = NewDisposeScope();
        using var critic = new GlobalSeparableCritic(
            nn.Sequential(nn.Conv2d(3, 5, 2, bias: false), nn.Flatten()), globalUnits: 4, units: 5, seed: 1);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(rand(3, 3, 2, 2)), rand(3, 4));
        new InfoNceEstimator().Objective(scores).backward();
        critic.parameters().Where(p => p.dim() > 1).All(p => p.grad!.abs().sum().item<float>() > 0).Should().BeTrue();
        Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(3, 3, 3, 3)), rand(3, 4)), "local", "[3, 5]", "[3, 20]");
        Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(3, 3, 2, 2)), rand(3, 5)), "globals", "[N, 4]");
    }

    [Fact]
    public void Layers_OfTheEncoderAboveTheMap_MakeThePublishedForm()
    {
        using var scope = NewDisposeScope();
        using var critic = new GlobalSeparableCritic(
            [128, 8, 8], EncoderDescription.PaperBasic32x32().AfterLocal(), globalUnits: 64, units: 32, seed: 1);
        using var same = new GlobalSeparableCritic(
            [128, 8, 8], EncoderDescription.PaperBasic32x32().AfterLocal(), globalUnits: 64, units: 32, seed: 1);
        // A convolution to 256×4×4, 1024 hidden units, and the common space; normalization has two numbers for each channel.
        long expected = (128 * 256 * 16) + (2 * 256) + (4096 * 1024) + (2 * 1024) + (1024 * 32) + 32 + (64 * 32) + 32;
        critic.parameters().Sum(p => p.numel()).Should().Be(expected);
        critic.parameters().Zip(same.parameters()).Should().OnlyContain(p => p.First.Equals(p.Second));
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(rand(3, 128, 8, 8)), rand(3, 64));
        new InfoNceEstimator().Objective(scores).backward();
        // The bias of a dot product's map side shifts all scores of a global alike, which InfoNCE does not see.
        critic.named_parameters().Where(p => !p.name.EndsWith("bias", StringComparison.Ordinal))
            .All(p => p.parameter.grad!.abs().sum().item<float>() > 0).Should().BeTrue(
            );
        Expect.ArgumentFault(() => _ = new GlobalSeparableCritic([128, 1, 1], [Layer.Conv(4, 3)], 64), "layers");
    }
}
