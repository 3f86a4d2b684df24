using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>The classifier of one feature of an <see cref="OnlineProbe"/>, and the numbers of the last batch that had labels.</summary>
internal sealed class OnlineProbeTrack : IDisposable
{
    private readonly OnlineClassifier _classifier;

    /// <summary>Before the first batch with labels the numbers are those of chance.</summary>
    public OnlineProbeTrack(long features, int classes, double learningRate, Device device)
        : this(new OnlineClassifier(features, classes, learningRate, device), (float)Math.Log(classes), 1f / classes)
    {
    }

    private OnlineProbeTrack(OnlineClassifier classifier, float loss, float accuracy)
    {
        _classifier = classifier;
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
            throw new ArgumentException($"Expected {_classifier.Features} numbers for each example, as before, got {TensorGuard.Describe(features)}: a linear classifier needs examples of one size.", nameof(features));
        }

        if (rows is null || labels is null)
        {
            _classifier.Note(features);
            return;
        }

        using var scope = NewDisposeScope();
        (Tensor loss, Tensor accuracy) = _classifier.Learn(features, rows, labels);
        using var noGrad = no_grad();
        Loss.copy_(loss);
        Accuracy.copy_(accuracy);
    }

    /// <summary>The class of each row, of the caller's scope.</summary>
    public Tensor Classify(Tensor features) => _classifier.Classify(features);

    /// <summary>All that it keeps, as copies of the caller's scope.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => _classifier.State().Append(("last_loss", Loss.clone())).Append(("last_accuracy", Accuracy.clone()));

    /// <summary>The same on a device.</summary>
    public OnlineProbeTrack To(Device device, int classes, double learningRate)
    {
        using var scope = NewDisposeScope();
        return From(State().ToDictionary(s => s.Name, s => s.Value), classes, learningRate, device);
    }

    /// <summary>Makes one from a state.</summary>
    /// <exception cref="ArgumentException">It is not a state of one.</exception>
    public static OnlineProbeTrack From(IReadOnlyDictionary<string, Tensor> state, int classes, double learningRate, Device device)
    {
        float Number(string name) => state.TryGetValue(name, out Tensor? value) && value.dtype == ScalarType.Float32 && value.numel() == 1
            ? value.cpu().item<float>()
            : throw new ArgumentException($"Expected \"{name}\" to be one float32 number.", nameof(state));
        using var scope = NewDisposeScope();
        (float loss, float accuracy) = (Number("last_loss"), Number("last_accuracy"));
        return new OnlineProbeTrack(OnlineClassifier.From(state, classes, learningRate, device), loss, accuracy);
    }

    public void Dispose()
    {
        _classifier.Dispose();
        Loss.Dispose();
        Accuracy.Dispose();
    }
}
