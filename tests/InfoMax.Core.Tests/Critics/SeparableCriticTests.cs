using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Critics;

public sealed class SeparableCriticTests
{
    [Fact]
    public void Scores_AreInnerProductsOfTheProjections()
    {
        using var scope = NewDisposeScope();
        using var critic = new SeparableCritic(6, 4, units: 8, seed: 3);
        critic.eval();
        Tensor map = rand(3, 6, 2, 2), global = rand(3, 4);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(map), global);
        scores.IsFactored.Should().BeTrue();
        Dictionary<string, Tensor> w = critic.state_dict();
        Tensor Project(string side, Tensor rows)
        {
            // In evaluation mode with fresh running statistics, batch normalization divides by √(1 + ε).
            Tensor hidden = rows.mm(w[side + ".hidden.weight"].t()).div(Math.Sqrt(1 + 1e-5)).relu();
            Tensor sum = hidden.mm(w[side + ".output.weight"].t()) + w[side + ".output.bias"] + rows.mm(w[side + ".shortcut.weight"].t());
            return (sum - sum.mean([1], keepdim: true)) / (sum.var([1], unbiased: false, keepdim: true) + 1e-5).sqrt();
        }

        Tensor locals = Project("local", map.flatten(2).transpose(1, 2).reshape(12, 6));
        Tensor expected = Project("global", global).mm(locals.t()).view(3, 1, 3, 4);
        (scores.ToDense() - expected).abs().max().item<float>().Should().BeLessThan(1e-4f);
    }

    [Fact]
    public void NoisyCopy_StartsTheShortcutAtTheIdentity()
    {
        using var critic = new SeparableCritic(6, 64, units: 8, seed: 3);
        Tensor wide = critic.state_dict()["local.shortcut.weight"];
        wide.diagonal().data<float>().ToArray().Should().OnlyContain(v => v == 1f);
        (wide - eye(8, 6)).abs().max().item<float>().Should().BeInRange(1e-4f, 0.01f);
        critic.state_dict()["global.shortcut.weight"].abs().max().item<float>().Should().BeLessThanOrEqualTo(
            1f / 8f, "64 inputs do not fit in 8 units");
        critic.state_dict().Keys.Where(k => k.StartsWith("local.", StringComparison.Ordinal)).Should().BeEquivalentTo(
            "local.hidden.weight",
            "local.hidden_norm.weight", "local.hidden_norm.bias",
            "local.hidden_norm.running_mean", "local.hidden_norm.running_var", "local.hidden_norm.num_batches_tracked",
            "local.output.weight", "local.output.bias", "local.shortcut.weight", "local.output_norm.weight", "local.output_norm.bias");
    }

    [Fact]
    public void SeveralGlobals_ScoresEachAsIfAlone()
    {
        using var scope = NewDisposeScope();
        using var critic = new SeparableCritic(3, 4, units: 8, seed: 3);
        critic.eval();
        var map = new LocalFeatureMap(rand(3, 3, 5));
        Tensor globals = rand(3, 4, 2);
        Tensor both = critic.call(map, globals).ToDense();
        both.shape.Should().Equal(3L, 2L, 3L, 5L);
        Tensor second = critic.call(map, globals[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Single(1)]).ToDense();
        (both[TensorIndex.Colon, TensorIndex.Slice(1, 2)] - second).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }
}
