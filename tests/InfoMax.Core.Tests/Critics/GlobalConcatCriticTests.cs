using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Critics;

public sealed class GlobalConcatCriticTests
{
    [Fact]
    public void Scores_EqualThoseOfConcatenatedPairs()
    {
        using var scope = NewDisposeScope();
        using var critic = new GlobalConcatCritic(12, 4, hiddenUnits: 7, seed: 2);
        Tensor map = rand(3, 3, 2, 2), globals = rand(3, 4, 2);
        using ScoreMatrix scores = critic.call(new LocalFeatureMap(map), globals);
        Tensor dense = scores.ToDense();
        dense.shape.Should().Equal(3L, 2L, 3L, 1L);
        Dictionary<string, Tensor> w = critic.state_dict();
        Tensor first = cat([w["map.weight"], w["vector.weight"]], 1);
        Tensor pair = cat([map[2].flatten(), globals[0, TensorIndex.Colon, 1]]);
        Tensor hidden = w["hidden.weight"].mv((first.mv(pair) + w["map.bias"]).relu()) + w["hidden.bias"];
        Tensor expected = w["output.weight"].mv(hidden.relu()) + w["output.bias"];
        dense[0, 1, 2, 0].item<float>().Should().BeApproximately(expected.item<float>(), 1e-5f);
    }
}
