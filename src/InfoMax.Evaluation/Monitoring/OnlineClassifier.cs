using InfoMax.Foundation;
using InfoMax.Optimization;
using InfoMax.Training.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>
/// A linear classifier of one feature that is trained batch by batch, with an Adam of its own. It begins at zero, so that nothing
/// is drawn.
/// </summary>
/// <remarks>
/// Features are normalized by mean and variance: those of the batch while it learns, running ones (momentum 0.1) elsewhere.
/// </remarks>
internal sealed class OnlineClassifier : IDisposable
{
    private const string Mean = "mean";
    private const string Variance = "variance";
    private const string Optimizer = "adam/";
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;
    private readonly Descent _descent;
    private readonly Dictionary<IntPtr, string> _names;

    public OnlineClassifier(long features, int classes, double learningRate, Device device)
    {
        using var noGrad = no_grad();
        _weight = new Parameter(zeros(classes, features, device: device).DetachFromDisposeScope());
        _bias = new Parameter(zeros(classes, device: device).DetachFromDisposeScope());
        _weight.DetachFromDisposeScope();
        _bias.DetachFromDisposeScope();
        _mean = zeros(features, device: device).DetachFromDisposeScope();
        _variance = ones(features, device: device).DetachFromDisposeScope();
        _descent = new Descent(
            Descent.Adam([_weight, _bias], learningRate), [_weight, _bias])
        { Snapshot = () => TensorCopies.Of(_mean, _variance) };
        _names = new Dictionary<IntPtr, string> { [_weight.Handle] = "weight", [_bias.Handle] = "bias" };
    }

    /// <summary>Numbers of an example's feature.</summary>
    public long Features => _weight.shape[1];

    public Device Device => _weight.device;

    private (string Name, Tensor Value)[] Values => [("weight", _weight), ("bias", _bias), (Mean, _mean), (Variance, _variance)];

    /// <summary>Takes a step on a batch.</summary>
    /// <param name="features">Features <c>[N, F]</c> without gradient.</param>
    /// <param name="rows">The rows that have a label, int64 <c>[M]</c>; all rows count for the normalization.</param>
    /// <param name="labels">Their labels, int64 <c>[M]</c>.</param>
    /// <returns>
    /// Mean cross-entropy and accuracy before the step, scalars of the caller's scope. If the cross-entropy is not finite, nothing
    /// has been learned.
    /// </returns>
    public (Tensor Loss, Tensor Accuracy) Learn(Tensor features, Tensor rows, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        Tensor? logits = null;
        Tensor loss = _descent.Try(() =>
        {
            logits = nn.functional.linear(Normalize(features, training: true).index_select(0, rows), _weight, _bias);
            return nn.functional.cross_entropy(logits, labels);
        }).Loss!;
        return (scope.MoveToOuter(loss), scope.MoveToOuter(logits!.detach().argmax(1).eq(labels).to(ScalarType.Float32).mean()));
    }

    /// <summary>Notes the mean and variance of a batch that has no labels.</summary>
    public void Note(Tensor features)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Normalize(features, training: true);
    }

    /// <summary>The class of each row of features <c>[N, F]</c>, int64 <c>[N]</c>, of the caller's scope.</summary>
    public Tensor Classify(Tensor features)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(nn.functional.linear(Normalize(features, training: false), _weight, _bias).argmax(1));
    }

    /// <summary>All that it keeps, as copies of the caller's scope.</summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        using var noGrad = no_grad();
        List<(string, Tensor)> state = [.. Values.Select(value => (value.Name, value.Value.detach().clone()))];
        state.AddRange(OptimizerWeights.Read(_descent.Optimizer, _names).Select(s => (Optimizer + s.Key, s.Value.clone())));
        return state;
    }

    /// <summary>Makes one from a state.</summary>
    /// <exception cref="ArgumentException">It is not a state of such a classifier.</exception>
    public static OnlineClassifier From(IReadOnlyDictionary<string, Tensor> state, int classes, double learningRate, Device device)
    {
        if (!state.TryGetValue("weight", out Tensor? weight) || weight.dim() != 2 || weight.shape[0] != classes || weight.shape[1] < 1)
        {
            throw new ArgumentException(
                $"Expected the weights of {classes} classes, got {(weight is null ? "none" : TensorGuard.Describe(weight))}.",
                nameof(state));
        }

        var made = new OnlineClassifier(weight.shape[1], classes, learningRate, device);
        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            foreach ((string name, Tensor own) in made.Values)
            {
                if (!state.TryGetValue(name, out Tensor? saved) || !saved.shape.SequenceEqual(own.shape) || saved.dtype != own.dtype)
                {
                    string got = saved is null ? "none" : TensorGuard.Describe(saved);
                    string expected = $"Expected \"{name}\" to be float32 {TensorGuard.Shape(own.shape)}";
                    throw new ArgumentException($"{expected}, got {got}.", nameof(state));
                }

                own.copy_(saved);
            }

            var moments = state.Where(s => s.Key.StartsWith(Optimizer, StringComparison.Ordinal)).ToDictionary(
                s => s.Key[Optimizer.Length..], s => s.Value);
            if (!moments.Keys.ToHashSet().SetEquals(OptimizerWeights.Read(made._descent.Optimizer, made._names).Keys))
            {
                throw new ArgumentException(
                    $"Expected the moments of Adam, got {string.Join(", ", moments.Keys.DefaultIfEmpty("none"))}.", nameof(state));
            }

            if (OptimizerWeights.Write(made._descent.Optimizer, made._names, moments) is [var fault, ..])
            {
                throw new ArgumentException(fault, nameof(state));
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _descent.Dispose();
        _weight.Dispose();
        _bias.Dispose();
        _mean.Dispose();
        _variance.Dispose();
    }

    private Tensor Normalize(Tensor features, bool training) =>
        nn.functional.batch_norm(features.to(ScalarType.Float32), _mean, _variance, null, null, training, Momentum, Epsilon);
}
