using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Critics;

public sealed class BilinearCriticTests
{
    [Fact]
    public void Scores_AreTheBilinearForm()
    {
        using var scope = NewDisposeScope();
        using var critic = new BilinearCritic(3, 4, seed: 1);
        critic.state_dict().Keys.Should().Equal("weight.weight");
        Tensor map = rand(2, 3, 5), globals = rand(2, 4);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(map), globals);
        Tensor expected = einsum("nd,cd,mcl->nml", globals, critic.state_dict()["weight.weight"], map);
        (scores.ToDense().squeeze(1) - expected).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }
}
