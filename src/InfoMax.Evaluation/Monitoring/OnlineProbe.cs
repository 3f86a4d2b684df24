using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Foundation;
using InfoMax.Randomness;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>
/// A linear classifier that learns beside the encoder, on the features of the training batches. It shows the progress of a representation
/// during training at almost no cost. Pass it to <c>DimTrainer.Callback</c>.
/// </summary>
/// <remarks>
/// <para>
/// It sees features in training mode, without gradients, and takes one step of its own Adam for each step of the run. Its weights start at
/// zero, so it draws no random numbers: the run has the same bits with and without it. Features are normalized by the mean and variance
/// of the batch in training, and by running ones in testing, so their scale does not matter.
/// </para>
/// <para>
/// Each step reports "probe.global.loss" (mean cross-entropy in nats) and "probe.global.accuracy", over the labeled examples of the batch,
/// before the probe learns from them. A batch without labels repeats the last values. Epochs report "probe.global.test_accuracy" if there
/// are held-out examples, seen in evaluation mode with the weights of that moment. Checkpoints and early stopping can use it
/// (<c>CheckpointOptions.BestMetric</c>, <c>DimTrainer.EarlyStopping</c>). "global" is the name of the probed feature; "probe" is
/// <see cref="Name"/>.
/// </para>
/// <para>
/// The probe lags behind an encoder that changes. Its accuracy is not the accuracy of a probe fitted to convergence, such as
/// <see cref="LinearProbe"/>: use it to watch a run and to compare its checkpoints. Checkpoints contain it, including Adam's moments.
/// </para>
/// </remarks>
public sealed class OnlineProbe : TrainingCallback, IExtraState, IDisposable
{
    private const int TestBatch = 256;

    private readonly int[] _labels;
    private readonly string[] _features;
    private readonly LabeledData? _test;
    private Dictionary<string, OnlineProbeTrack> _tracks = [];
    private Device _device = CPU;
    private bool _restored;

    /// <summary>Creates the probe.</summary>
    /// <param name="labels">A class for each example of the training data, −1 where there is none.</param>
    /// <param name="features">
    /// Names of the features to probe, each once (<see cref="EncoderOutput.Features"/>); null takes "global".
    /// </param>
    /// <param name="test">Held-out examples; null for none. Stay the caller's.</param>
    /// <exception cref="ArgumentException">
    /// A label is below −1, fewer than two classes are known, or feature names are empty or repeated.
    /// </exception>
    public OnlineProbe(IReadOnlyList<int> labels, IReadOnlyList<string>? features = null, LabeledData? test = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        NativeBackend.EnsureLoadable();
        _labels = [.. labels];
        int least = _labels.DefaultIfEmpty(-1).Min(), most = _labels.DefaultIfEmpty(-1).Max();
        ClassCount = Math.Max(most + 1, test?.ClassCount ?? 0);
        if (least < -1 || most < 0 || ClassCount < 2)
        {
            throw new ArgumentException(
                $"Expected labels of at least two classes, from 0, with −1 for none, got {_labels.Length} from {least} to {most}.",
                nameof(labels));
        }

        _features = features is null ? [EncoderOutput.GlobalFeature] : [.. features];
        OutputGuard.CheckNames(_features, nameof(features));
        _test = test;
    }

    /// <summary>The first part of the names that it reports under; two probes of one run need two.</summary>
    /// <value>Default "probe".</value>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string Name
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("Expected a name.", nameof(Name)) : value;
    } = "probe";

    /// <summary>Learning rate of its Adam (betas 0.9 and 0.999).</summary>
    /// <value>Finite and positive; default 1e-3.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double LearningRate
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(LearningRate));
    } = 1e-3;

    /// <summary>Epochs between evaluations on the held-out examples. The first epoch is always evaluated.</summary>
    /// <value>At least 1; default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int EveryEpochs
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(EveryEpochs));
    } = 1;

    /// <summary>Number of classes: those of the labels and of the held-out examples.</summary>
    public int ClassCount { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is not a label for each example of the data.</exception>
    public override void OnStart(TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.ExampleCount != _labels.Length)
        {
            throw new ArgumentException(
                $"Expected a label for each of the {context.ExampleCount} training examples, −1 for none, got {_labels.Length}.",
                nameof(context));
        }

        _device = context.Device;
        Dictionary<string, OnlineProbeTrack> old = _tracks;
        // What an earlier run left behind does not count; what a checkpoint gave moves to the device.
        _tracks = _restored ? old.ToDictionary(t => t.Key, t => t.Value.To(_device, ClassCount, LearningRate)) : [];
        Release(old);
        _restored = false;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or other than one row for each example.</exception>
    public override void OnStep(StepContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Learn(context);
        foreach (string feature in _features)
        {
            context.Report(NameOf(feature, "loss"), _tracks[feature].Loss.clone());
            context.Report(NameOf(feature, "accuracy"), _tracks[feature].Accuracy.clone());
        }
    }

    /// <inheritdoc/>
    public override void OnEpoch(EpochContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // Without a step since the start, as after nothing but batches that were left out, there is nothing to look at.
        if (_test is not null && _tracks.Count > 0 && (context.Epoch == 1 || context.Epoch % EveryEpochs == 0))
        {
            foreach ((string feature, double accuracy) in Test(context.Run.Encoder, _test))
            {
                context.Report(NameOf(feature, "test_accuracy"), accuracy);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> GetExtraState()
    {
        // A mark, so that a probe that has not seen a batch can be told from a run that had none.
        var state = new Dictionary<string, Tensor> { ["features"] = tensor((long)_tracks.Count) };
        foreach ((string feature, OnlineProbeTrack track) in _tracks)
        {
            foreach ((string name, Tensor value) in track.State())
            {
                state.Add($"{feature}/{name}", value);
            }
        }

        return state;
    }

    /// <inheritdoc/>
    public void SetExtraState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.TryGetValue("features", out Tensor? count) || count.dtype != ScalarType.Int64 || count.numel() != 1)
        {
            throw new ArgumentException(
                "Expected the state of an online probe, got none: the saved run had no probe in this place.", nameof(state));
        }

        string[] saved = count.item<long>() == 0 ? [] : _features;
        Dictionary<string, OnlineProbeTrack> made = OnlineProbeTrack.All(saved, state, ClassCount, LearningRate, _device);
        Release(_tracks);
        (_tracks, _restored) = (made, true);
    }

    /// <summary>Disposes the classifiers.</summary>
    public void Dispose()
    {
        Release(_tracks);
        _tracks = [];
    }

    private static void Release(Dictionary<string, OnlineProbeTrack> tracks)
    {
        foreach (OnlineProbeTrack track in tracks.Values)
        {
            track.Dispose();
        }
    }

    private void Learn(StepContext context)
    {
        using var scope = NewDisposeScope();
        int[] rows = [.. Enumerable.Range(0, context.ExampleIndices.Count).Where(row => _labels[context.ExampleIndices[row]] >= 0)];
        Tensor? rowsOf = rows.Length == 0 ? null : tensor(rows.Select(row => (long)row).ToArray(), device: _device);
        Tensor? labels = rows.Length == 0
            ? null
            : tensor(rows.Select(row => (long)_labels[context.ExampleIndices[row]]).ToArray(), device: _device);
        foreach (string feature in _features)
        {
            Tensor values = OutputGuard.Feature(context.Output, feature, context.ExampleIndices.Count).detach();
            if (!_tracks.TryGetValue(feature, out OnlineProbeTrack? track))
            {
                _tracks[feature] = track = new OnlineProbeTrack(values, ClassCount, LearningRate, _device);
            }

            track.Learn(values, rowsOf, labels);
        }
    }

    private string NameOf(string feature, string what) => $"{Name}.{feature}.{what}";

    private Dictionary<string, double> Test(Encoder encoder, LabeledData data)
    {
        using var modes = new ModuleModes(encoder);
        using var draws = new GeneratorSnapshot(encoder);
        using var noGrad = no_grad();
        var right = _features.ToDictionary(feature => feature, _ => 0L);
        encoder.eval();
        EncoderPlace place = EncoderPlace.Of(encoder);
        foreach (int[] rows in Enumerable.Range(0, data.Count).Chunk(TestBatch))
        {
            using var scope = NewDisposeScope();
            EncoderOutput output = encoder.call(place.Take(BatchGuard.Fetch(data.Inputs, rows)));
            Tensor labels = tensor(rows.Select(row => (long)data.Labels[row]).ToArray(), device: _device);
            foreach (string feature in _features)
            {
                right[feature] += _tracks[feature].Classify(
                    OutputGuard.Feature(output, feature, rows.Length)).eq(labels).sum().item<long>();
            }
        }

        draws.Restore();
        return right.ToDictionary(r => r.Key, r => r.Value / (double)data.Count);
    }
}
