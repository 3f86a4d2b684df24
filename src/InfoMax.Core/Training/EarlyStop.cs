using InfoMax.Randomness;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>
/// Early stopping: ends a run when a metric of the epochs has not improved for a while, and keeps the weights of the best epoch.
/// </summary>
/// <remarks>
/// Its state is part of checkpoints, the best weights included, so that a resumed run stops where an uninterrupted one would.
/// </remarks>
internal sealed class EarlyStop(string metric, int patience, bool restoreBest, bool higherIsBetter)
    : TrainingCallback, IExtraState, IDisposable
{
    private const string Weights = "weights/";
    private readonly Dictionary<string, Tensor> _best = new(StringComparer.Ordinal);
    private int _lastEpoch;

    internal override string StateName => "early_stopping";

    public string Metric => metric;

    public int Patience => patience;

    public bool RestoreBest => restoreBest;

    /// <summary>The best value; NaN before there is one.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The epoch of the best value; 0 before there is one.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Whether patience has run out.</summary>
    public bool IsExhausted => BestEpoch > 0 && _lastEpoch - BestEpoch >= patience;

    public override void OnStart(TrainingContext context)
    {
        // A run that had stopped early and is resumed stops at once, unless its patience is larger now.
        if (IsExhausted)
        {
            context.Stop();
        }
    }

    public override void OnEpoch(EpochContext context)
    {
        _lastEpoch = context.Epoch;
        if (context.Metrics.TryGetValue(metric, out double value) && IsBetter(value))
        {
            (Best, BestEpoch) = (value, context.Epoch);
            if (restoreBest)
            {
                using var scope = NewDisposeScope();
                Keep(context.Run.Average?.Values ?? context.Run.Encoder.state_dict());
            }
        }

        if (IsExhausted)
        {
            context.Run.Stop();
        }
    }

    /// <summary>Loads the best weights into the encoder.</summary>
    /// <returns>Their epoch; null if none are kept, or the last epoch is the best.</returns>
    public int? Restore(nn.Module encoder)
    {
        if (_best.Count == 0 || BestEpoch == _lastEpoch)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        ModuleWeights.Load(encoder, _best);
        return BestEpoch;
    }

    public IReadOnlyDictionary<string, Tensor> GetExtraState() => _best.ToDictionary(b => Weights + b.Key, b => b.Value)
        .Append(new("best", tensor(Best, ScalarType.Float64)))
        .Append(new("best_epoch", tensor((long)BestEpoch)))
        .Append(new("last_epoch", tensor((long)_lastEpoch))).ToDictionary();

    public void SetExtraState(IReadOnlyDictionary<string, Tensor> state)
    {
        Dispose();
        // Without a state the checkpoint is of a run without early stopping, which begins to count here.
        (Best, BestEpoch, _lastEpoch) = state.Count == 0
            ? (double.NaN, 0, 0)
            : (Number(state, "best", ScalarType.Float64).item<double>(), Epoch(state, "best_epoch"), Epoch(state, "last_epoch"));
        foreach ((string name, Tensor value) in state.Where(s => s.Key.StartsWith(Weights, StringComparison.Ordinal)))
        {
            _best[name[Weights.Length..]] = value.clone().DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _best.Values)
        {
            tensor.Dispose();
        }

        _best.Clear();
    }

    private bool IsBetter(double value) =>
        !double.IsNaN(value) && (BestEpoch == 0 || (higherIsBetter ? value > Best : value < Best));

    private void Keep(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor value) in weights)
        {
            if (_best.TryGetValue(name, out Tensor? kept))
            {
                kept.copy_(value);
            }
            else
            {
                _best[name] = value.detach().clone().DetachFromDisposeScope();
            }
        }
    }

    private static int Epoch(IReadOnlyDictionary<string, Tensor> state, string name) =>
        (int)Number(state, name, ScalarType.Int64).item<long>();

    private static Tensor Number(IReadOnlyDictionary<string, Tensor> state, string name, ScalarType dtype) =>
        state.TryGetValue(name, out Tensor? value) && value.dtype == dtype && value.numel() == 1
            ? value
            : throw new ArgumentException($"Expected one number \"{name}\" in the state of early stopping, found none.", nameof(state));
}
