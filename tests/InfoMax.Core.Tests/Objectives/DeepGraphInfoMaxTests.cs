using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

public sealed class DeepGraphInfoMaxTests
{
    [Fact]
    public void Loss_IsTheBinaryCrossEntropyOfNodesAndCorruptedNodes()
    {
        using var scope = NewDisposeScope();
        using EncoderOutput graph = Output(2), corrupted = Output(2);
        using var objective = new DeepGraphInfoMax(3, 4, DivergenceEstimator.Gan, seed: 1);
        Tensor weight = objective.state_dict()["critic.weight.weight"];
        Tensor Logits(EncoderOutput nodes) => einsum("nd,cd,ncl->nl", graph.Global, weight, nodes.Local.Values);
        double expected = nn.functional.binary_cross_entropy_with_logits(Logits(graph), ones(2, 6)).item<float>()
            + nn.functional.binary_cross_entropy_with_logits(Logits(corrupted), zeros(2, 6)).item<float>();
        objective.call(With(graph, corrupted)).Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        // The corrupted copy is the graph: no critic can tell them apart.
        objective.call(With(graph, graph)).Loss.item<float>().Should().BeGreaterThanOrEqualTo(MathF.Log(4) - 1e-5f);
    }

    [Fact]
    public void OfTwoCommunities_IsLearnedWithoutLabels()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        const int nodes = 120, features = 16;
        Tensor side = arange(nodes).div(nodes / 2, RoundingMode.floor).to(ScalarType.Float32);
        Tensor same = side.unsqueeze(0).eq(side.unsqueeze(1)).to(ScalarType.Float32);
        Tensor edges = rand([nodes, nodes], generator: generator).lt(same.mul(0.15).add(0.02)).to(ScalarType.Float32).triu(1);
        Tensor values = randn([nodes, features], generator: generator) + side.unsqueeze(1) * 0.5;
        Tensor input = GraphEncoder.Pack(values, edges + edges.t());
        using var encoder = new CorruptingEncoder(new GraphEncoder(features, units: 16, seed: 1), GraphEncoder.ShuffledFeatures(features),
            seed: 1);
        using var loss = new DimLoss(new DeepGraphInfoMax(16, 16, DivergenceEstimator.Gan, seed: 1));
        using optim.Optimizer optimizer = optim.Adam([.. encoder.parameters(), .. loss.parameters()], 5e-3);
        float first = 0, last = 0;
        for (int step = 0; step < 60; step++)
        {
            using var inner = NewDisposeScope();
            DimLossResult result = loss.call(encoder.call(input));
            optimizer.zero_grad();
            result.Total.backward();
            optimizer.step();
            last = result.Total.item<float>();
            first = step == 0 ? last : first;
        }

        last.Should().BeLessThan(first - 0.2f);
        encoder.parameters().All(p => p.grad is not null).Should().BeTrue();
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using var inner = NewDisposeScope();
            loss.call(encoder.call(input)).Total.backward();
        });
    }

    private static EncoderOutput Output(int count) => new(new LocalFeatureMap(rand(count, 3, 6)), rand(count, 4));

    private static EncoderOutput With(EncoderOutput first, EncoderOutput second) =>
        new(first.Local, first.Global, first.Features) { Paired = second };
}
