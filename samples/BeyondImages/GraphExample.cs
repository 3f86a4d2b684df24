using System.Diagnostics;
using System.Globalization;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Samples.BeyondImages;

/// <summary>One graph: Deep Graph Infomax in a training loop of its own, since there is no batch to draw.</summary>
internal sealed class GraphExample : IExample
{
    private const int Units = 64, TrainingNodes = 200;

    public string Name => "graph";

    public string Description => "One graph whose nodes have noisy features: which of 5 communities does a node belong to?";

    public double Chance => 1.0 / Communities.Count;

    /// <summary>Nodes of the graph.</summary>
    public int Nodes { get; init; } = 1000;

    /// <summary>Training steps.</summary>
    public int Steps { get; init; } = 150;

    public IReadOnlyList<Reading> Run(int seed, Action<string> report, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        (Tensor features, Tensor edges, int[] communities) = Communities.Make(Nodes, new Random(seed));
        Tensor graph = GraphEncoder.Pack(features, edges);
        Tensor loops = edges + eye(Nodes);
        Tensor step = loops / loops.sum([1], keepdim: true);
        Tensor means = step.matmul(step.matmul(features));
        var encoder = new GraphEncoder(Communities.Features, Units, layers: 2, seed);
        using var corrupting = new CorruptingEncoder(encoder, GraphEncoder.ShuffledFeatures(Communities.Features), seed);
        List<Reading> readings =
        [
            Probe(features, "own features", Probing.Raw),
            Probe(means, "mean over two steps", "no network"),
            Probe(NodesOf(encoder, graph), "nodes", Probing.Untrained),
        ];
        var clock = Stopwatch.StartNew();
        (double first, double last) = Train(corrupting, graph, seed, cancellation);
        report(string.Create(CultureInfo.InvariantCulture,
            $"loss {first:F3} in the first step, {last:F3} in the last; {clock.Elapsed.TotalSeconds:F0} s"));
        readings.Add(Probe(NodesOf(encoder, graph), "nodes", Probing.Trained, Probing.Untrained));
        return readings;

        Reading Probe(Tensor values, string name, string representation, string? baseline = null)
        {
            // Nodes are in random order, so the first are as good as any.
            using FeatureSet train = FeatureSet.FromMatrix(values.narrow(0, 0, TrainingNodes), communities[..TrainingNodes],
                Communities.Count, name);
            using FeatureSet test = FeatureSet.FromMatrix(values.narrow(0, TrainingNodes, Nodes - TrainingNodes),
                communities[TrainingNodes..], Communities.Count, name);
            return new Probing(labels: 50, seed).OfFeatures(train, test, representation, baseline);
        }
    }

    private (double First, double Last) Train(CorruptingEncoder encoder, Tensor graph, int seed, CancellationToken cancellation)
    {
        using var loss = new DimLoss(new DeepGraphInfoMax(Units, Units, DivergenceEstimator.Gan, seed));
        using var optimizer = optim.Adam([.. encoder.parameters(), .. loss.parameters()], 1e-3);
        (double first, double last) = (0, 0);
        encoder.train();
        for (int step = 0; step < Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            DimLossResult result = loss.call(encoder.call(graph));
            optimizer.zero_grad();
            result.Total.backward();
            optimizer.step();
            last = result.ReadMetrics()["graph.loss"];
            first = step == 0 ? last : first;
        }

        encoder.eval();
        return (first, last);
    }

    /// <summary>A row for each node.</summary>
    private static Tensor NodesOf(GraphEncoder encoder, Tensor graph)
    {
        using var noGrad = no_grad();
        return encoder.call(graph).Local.Values[0].T;
    }
}
