using InfoMax.Data;
using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// A graph convolutional network on dense tensors. Each example is a matrix of node features beside the adjacency matrix,
/// <c>[nodes, F + nodes]</c>. The nodes are the locations of the local map <c>[N, C, nodes]</c>; the global vector is the readout, the
/// sigmoid of their mean.
/// </summary>
/// <remarks>
/// A layer is PReLU(Â·X·W + b) with Â = D^(−½)·(A + I)·D^(−½), D the degrees of A + I. Edge weights must be at least 0; graphs of a batch
/// have the same number of nodes. Dense: for graphs of a few thousand nodes. Source: Kipf and Welling, 2017; Veličković et al., 2019
/// (readout). With one layer of 512 units it is the encoder of Deep Graph Infomax for one graph.
/// </remarks>
public sealed class GraphEncoder : Encoder
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<Linear> _layers;

    [ComponentName(Name = "activations")]
    private readonly ModuleList<PReLU> _activations;

    private readonly long _inputFeatures;

    /// <summary>Creates the encoder.</summary>
    /// <param name="inputFeatures">Features of a node, F, 1 or more.</param>
    /// <param name="units">Units of each layer, channels of the local map and units of the global vector, 1 or more; default 512.</param>
    /// <param name="layers">Number of layers, 1 or more; default 1. A node sees nodes at most this many edges away.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GraphEncoder(long inputFeatures, long units = 512, int layers = 1, int? seed = null)
        : base(nameof(GraphEncoder))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputFeatures, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        _inputFeatures = inputFeatures;
        _layers = nn.ModuleList([.. Enumerable.Range(0, layers).Select(i => nn.Linear(i == 0 ? inputFeatures : units, units))]);
        _activations = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => nn.PReLU(1))]);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "graph encoder"));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => [-1, -1];

    /// <summary>One graph as the input of this encoder.</summary>
    /// <param name="features">Features of the nodes <c>[nodes, F]</c>, floating point.</param>
    /// <param name="adjacency">
    /// Edges <c>[nodes, nodes]</c>, at least 0, symmetric, without loops (they are added); same dtype and device.
    /// </param>
    /// <returns>A new tensor <c>[1, nodes, F + nodes]</c> that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes, dtypes or devices do not fit together, or an edge is negative (seen on the CPU).
    /// </exception>
    public static Tensor Pack(Tensor features, Tensor adjacency)
    {
        TensorGuard.NotDisposed(features);
        TensorGuard.NotDisposed(adjacency);
        TensorGuard.FloatingPoint(features);
        TensorGuard.HasShape(features, [-1, -1]);
        TensorGuard.HasShape(adjacency, [features.shape[0], features.shape[0]]);
        TensorGuard.SameKind(adjacency, features, nameof(adjacency), nameof(features));
        using var scope = NewDisposeScope();
        if (adjacency.device_type == TorchSharp.DeviceType.CPU && adjacency.min().to(ScalarType.Float64).item<double>() < 0)
        {
            throw new ArgumentException(
                $"Expected edges of at least 0, got {adjacency.min().to(ScalarType.Float64).item<double>()}.", nameof(adjacency));
        }

        return scope.MoveToOuter(cat([features, adjacency], 1).unsqueeze(0));
    }

    /// <summary>The corruption of Deep Graph Infomax: node features are permuted within a graph, edges stay.</summary>
    /// <param name="inputFeatures">Features of a node, F.</param>
    /// <returns>The corruption, for a <see cref="CorruptingEncoder"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static Augmentation ShuffledFeatures(long inputFeatures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputFeatures, 1);
        return Augmentation.Custom((batch, generator) =>
        {
            Tensor features = batch.narrow(2, 0, inputFeatures), edges = batch.narrow(2, inputFeatures, batch.shape[2] - inputFeatures);
            Tensor order = rand(batch.shape[0], batch.shape[1], generator: generator).argsort(1).to(batch.device);
            return cat([features.gather(1, order.unsqueeze(2).expand_as(features)), edges], 2);
        });
    }

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long nodes = input.shape[1];
        if (input.shape[2] != _inputFeatures + nodes)
        {
            throw new ArgumentException(
                $"Expected {_inputFeatures} features and {nodes} edges for each of {nodes} nodes, [N, {nodes}, " +
                $"{_inputFeatures + nodes}], got {TensorGuard.Describe(input)}.", nameof(input));
        }

        Tensor values = input.narrow(2, 0, _inputFeatures);
        Tensor edges = input.narrow(2, _inputFeatures, nodes) + eye(nodes, dtype: input.dtype, device: input.device);
        Tensor scale = edges.sum(2, keepdim: true).rsqrt();
        Tensor propagate = edges * scale * scale.transpose(1, 2);
        for (int layer = 0; layer < _layers.Count; layer++)
        {
            // Weights first: the product with the edges then has the width of the layer, not of the input.
            Tensor product = values.matmul(_layers[layer].weight!.t());
            values = _activations[layer].call(propagate.matmul(product).add(_layers[layer].bias!));
        }

        Tensor map = values.transpose(1, 2);
        return new EncoderOutput(new LocalFeatureMap(map), map.mean([2]).sigmoid());
    }
}
