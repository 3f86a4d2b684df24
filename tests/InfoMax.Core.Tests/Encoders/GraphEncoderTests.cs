using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class GraphEncoderTests
{
    [Fact]
    public void Encode_IsTheNormalizedPropagation()
    {
        using var scope = NewDisposeScope();
        using var encoder = new GraphEncoder(3, units: 4, layers: 2, seed: 1);
        Tensor features = rand(5, 3), edges = rand(5, 5).gt(0.5).to(ScalarType.Float32).triu(1);
        Tensor adjacency = edges + edges.t();
        using EncoderOutput output = encoder.call(GraphEncoder.Pack(features, adjacency));
        Dictionary<string, Tensor> w = encoder.state_dict();
        w.Keys.Should().BeEquivalentTo("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "activations.0.weight",
            "activations.1.weight");
        Tensor loops = adjacency + eye(5), degrees = diag(loops.sum([1]).pow(-0.5)), values = features;
        for (int layer = 0; layer < 2; layer++)
        {
            values = nn.functional.prelu(
                degrees.mm(loops).mm(degrees).mm(values).mm(w[$"layers.{layer}.weight"].t()) + w[$"layers.{layer}.bias"],
                    w[$"activations.{layer}.weight"]);
        }

        (output.Local.Values[0].t() - values).abs().max().item<float>().Should().BeLessThan(1e-5f);
        (output.Global[0] - values.mean([0]).sigmoid()).abs().max().item<float>().Should().BeLessThan(1e-5f);
        Expect.ArgumentFault(() => encoder.call(rand(1, 5, 7)), "input", "[N, 5, 8]");
        Expect.ArgumentFault(() => GraphEncoder.Pack(features, rand(4, 4)), "adjacency", "[5, 5]");
        Expect.ArgumentFault(() => GraphEncoder.Pack(features, rand(5, 5).neg()), "adjacency", "at least 0");
    }

    [Fact]
    public void Corruption_ShufflesFeaturesAndKeepsEdges()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor graph = rand(2, 6, 3 + 6), corrupted = GraphEncoder.ShuffledFeatures(3).Apply(graph, generator);
        corrupted[.., .., 3..].Equals(graph[.., .., 3..]).Should().BeTrue();
        corrupted[.., .., ..3].Equals(graph[.., .., ..3]).Should().BeFalse();
        (corrupted[.., .., 0].sort(1).Values - graph[.., .., 0].sort(1).Values).abs().max().item<float>().Should().Be(0);
    }
}
