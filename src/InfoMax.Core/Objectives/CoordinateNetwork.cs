using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Predicts a position from a global vector and one or two local vectors: two hidden layers with batch normalization and ReLU, and the
/// logits of a categorical distribution for each spatial dimension. The first layer is applied to each vector and the results are added,
/// which equals concatenating the vectors.
/// </summary>
internal sealed class CoordinateNetwork : nn.Module<Tensor, Tensor>
{
    private readonly long[] _classes;

    [ComponentName(Name = "global")]
    private readonly Linear _global;

    [ComponentName(Name = "local")]
    private readonly Linear _local;

    [ComponentName(Name = "source")]
    private readonly Linear? _source;

    [ComponentName(Name = "first_norm")]
    private readonly BatchNorm1d _firstNorm;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "hidden_norm")]
    private readonly BatchNorm1d _hiddenNorm;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the network.</summary>
    /// <param name="localChannels">Channels of a local vector.</param>
    /// <param name="globalUnits">Units of a global vector.</param>
    /// <param name="classes">Number of classes for each spatial dimension.</param>
    /// <param name="hasSource">Whether a second local vector is given.</param>
    /// <param name="hiddenUnits">Units of each hidden layer.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    public CoordinateNetwork(long localChannels, long globalUnits, long[] classes, bool hasSource, long hiddenUnits, int? seed)
        : base(NativeBackend.Checked(nameof(CoordinateNetwork)))
    {
        _classes = classes;
        _global = nn.Linear(globalUnits, hiddenUnits, hasBias: false);
        _local = nn.Linear(localChannels, hiddenUnits, hasBias: false);
        _source = hasSource ? nn.Linear(localChannels, hiddenUnits, hasBias: false) : null;
        _firstNorm = nn.BatchNorm1d(hiddenUnits);
        _hidden = nn.Linear(hiddenUnits, hiddenUnits, hasBias: false);
        _hiddenNorm = nn.BatchNorm1d(hiddenUnits);
        _output = nn.Linear(hiddenUnits, classes.Sum());
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "coordinate network"));
    }

    /// <summary>Sum over dimensions of the mean cross-entropy in nats, and the share of positions with every coordinate right.</summary>
    /// <param name="global">Global vectors <c>[N, D]</c>.</param>
    /// <param name="locals">Local vectors <c>[N, L, C]</c>.</param>
    /// <param name="source">One more local vector per example, <c>[N, C]</c>; null if the network takes none.</param>
    /// <param name="targets">Classes <c>[N·L, spatial dimensions]</c>, int64.</param>
    public (Tensor Loss, Tensor Accuracy) Predict(Tensor global, Tensor locals, Tensor? source, Tensor targets)
    {
        using var scope = NewDisposeScope();
        Tensor perExample = _global.call(global);
        if (source is not null)
        {
            perExample = perExample + _source!.call(source);
        }

        Tensor logits = call((_local.call(locals) + perExample.unsqueeze(1)).flatten(0, 1));
        Tensor loss = zeros([], dtype: logits.dtype, device: logits.device);
        Tensor right = ones(logits.shape[0], dtype: ScalarType.Bool, device: logits.device);
        long start = 0;
        for (int dimension = 0; dimension < _classes.Length; start += _classes[dimension++])
        {
            Tensor part = logits.narrow(1, start, _classes[dimension]), target = targets.select(1, dimension);
            loss = loss + nn.functional.cross_entropy(part, target);
            right = right.logical_and(part.detach().argmax(1).eq(target));
        }

        return (scope.MoveToOuter(loss), scope.MoveToOuter(right.to(logits.dtype).mean()));
    }

    /// <summary>From the sum of the first layer's parts <c>[rows, hidden]</c> to logits <c>[rows, classes]</c>.</summary>
    public override Tensor forward(Tensor first)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = nn.functional.relu(_firstNorm.call(first));
        return scope.MoveToOuter(_output.call(nn.functional.relu(_hiddenNorm.call(_hidden.call(hidden)))));
    }
}
