using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>The classifier of one feature of an <see cref="OnlineProbe"/>, and the numbers of the last batch that had labels.</summary>
internal sealed class OnlineProbeTrack : IDisposable
{
    private readonly OnlineClassifier _classifier;
    private readonly float _unit;

    /// <summary>Starts with the loss and accuracy of chance, which hold until the first batch with labels.</summary>
    /// <param name="features">Features <c>[N, F]</c> of the first batch.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="learningRate">Rate of the classifier's Adam.</param>
    /// <param name="device">Where the classifier is.</param>
    public OnlineProbeTrack(Tensor features, int classes, double learningRate, Device device)
        : this(
            new OnlineClassifier(features.shape[1], classes, learningRate, device),
            UnitOf(features),
            (float)Math.Log(classes),
            1f / classes)
    {
    }

    private OnlineProbeTrack(OnlineClassifier classifier, float unit, float loss, float accuracy)
    {
        (_classifier, _unit) = (classifier, unit);
        using var noGrad = no_grad();
        Loss = tensor(loss, device: classifier.Device).DetachFromDisposeScope();
        Accuracy = tensor(accuracy, device: classifier.Device).DetachFromDisposeScope();
    }

    /// <summary>Mean cross-entropy in the last batch with labels, a scalar of this object.</summary>
    public Tensor Loss { get; }

    /// <summary>Accuracy in it, a scalar of this object.</summary>
    public Tensor Accuracy { get; }

    /// <summary>Learns from a batch: features <c>[N, F]</c>, the rows with labels and their labels, null if there are none.</summary>
    /// <exception cref="ArgumentException">The features are of another size than before.</exception>
    public void Learn(Tensor features, Tensor? rows, Tensor? labels)
    {
        if (features.shape[1] != _classifier.Features)
        {
            string got = $"got {TensorGuard.Describe(features)}: a linear classifier needs examples of one size";
            throw new ArgumentException($"Expected {_classifier.Features} numbers for each example, as before, {got}.", nameof(features));
        }

        if (rows is null || labels is null)
        {
            using var noted = NewDisposeScope();
            _classifier.Note(InUnit(features));
            return;
        }

        using var scope = NewDisposeScope();
        (Tensor loss, Tensor accuracy) = _classifier.Learn(InUnit(features), rows, labels);
        using var noGrad = no_grad();
        Loss.copy_(loss);
        Accuracy.copy_(accuracy);
    }

    /// <summary>The class of each row, of the caller's scope.</summary>
    public Tensor Classify(Tensor features)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_classifier.Classify(InUnit(features)));
    }

    /// <summary>All that it keeps, as copies of the caller's scope.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
        [.. _classifier.State(), ("unit", tensor(_unit)), ("last_loss", Loss.clone()), ("last_accuracy", Accuracy.clone())];

    /// <summary>The same on a device.</summary>
    public OnlineProbeTrack To(Device device, int classes, double learningRate)
    {
        using var scope = NewDisposeScope();
        return From(State().ToDictionary(s => s.Name, s => s.Value), classes, learningRate, device);
    }

    /// <summary>Makes one for each feature from their common state; none is left behind if it throws.</summary>
    /// <exception cref="ArgumentException">It is not a state of these features.</exception>
    public static Dictionary<string, OnlineProbeTrack> All(
        IEnumerable<string> features, IReadOnlyDictionary<string, Tensor> state, int classes, double learningRate, Device device)
    {
        var made = new Dictionary<string, OnlineProbeTrack>();
        try
        {
            foreach (string feature in features)
            {
                string prefix = feature + "/";
                var own = state.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(
                    s => s.Key[prefix.Length..], s => s.Value);
                made[feature] = From(own, classes, learningRate, device);
            }

            return made;
        }
        catch
        {
            foreach (OnlineProbeTrack track in made.Values)
            {
                track.Dispose();
            }

            throw;
        }
    }

    /// <summary>Makes one from a state.</summary>
    /// <exception cref="ArgumentException">It is not a state of one.</exception>
    public static OnlineProbeTrack From(IReadOnlyDictionary<string, Tensor> state, int classes, double learningRate, Device device)
    {
        float Number(string name) => state.TryGetValue(name, out Tensor? value) && value.dtype == ScalarType.Float32 && value.numel() == 1
            ? value.cpu().item<float>()
            : throw new ArgumentException($"Expected \"{name}\" to be one float32 number.", nameof(state));
        using var scope = NewDisposeScope();
        (float unit, float loss, float accuracy) = (Number("unit"), Number("last_loss"), Number("last_accuracy"));
        return new OnlineProbeTrack(OnlineClassifier.From(state, classes, learningRate, device), unit, loss, accuracy);
    }

    /// <summary>
    /// A power of two near the size of the first features, if their variance is too small for the classifier's constant, or their squares
    /// too large for float32; otherwise 1.
    /// </summary>
    private static float UnitOf(Tensor features)
    {
        double magnitude = features.isfinite().all().item<bool>() ? Magnitude.Of(features) : 1;
        return magnitude is >= 1e-2 and <= 1e12 ? 1 : (float)magnitude;
    }

    private Tensor InUnit(Tensor features) => _unit == 1 ? features : features / _unit;

    public void Dispose()
    {
        _classifier.Dispose();
        Loss.Dispose();
        Accuracy.Dispose();
    }
}
