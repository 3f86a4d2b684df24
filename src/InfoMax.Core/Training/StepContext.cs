using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>A step that has been done, as callbacks see it. Its tensors live until the callback returns.</summary>
public sealed class StepContext
{
    private readonly Dictionary<string, Tensor> _metrics;

    internal StepContext(TrainingContext run, EncoderOutput output, IReadOnlyList<int> examples, Dictionary<string, Tensor> metrics, bool reports) =>
        (Run, Output, Examples, _metrics, Reports) = (run, output, examples, metrics, reports);

    /// <summary>The run.</summary>
    public TrainingContext Run { get; }

    /// <summary>What the encoder made of the batch in training mode, before the step. Detach what you compute with.</summary>
    public EncoderOutput Output { get; }

    /// <summary>Which examples of the data the batch had, N of them.</summary>
    public IReadOnlyList<int> Examples { get; }

    /// <summary>Whether this step reports its numbers: on a GPU others should not be read, since that waits for the device.</summary>
    public bool Reports { get; }

    /// <summary>Every loss term and metric of the step by name, on the device.</summary>
    public IReadOnlyDictionary<string, Tensor> Metrics => _metrics;

    /// <summary>Adds a metric, which then is averaged over the epoch and reported as the others are.</summary>
    /// <param name="name">Its name, such as "probe.accuracy".</param>
    /// <param name="value">Its value, a scalar without gradient.</param>
    /// <remarks>Call it outside of dispose scopes of your own: the number belongs to the scope that is open, and must live until the step ends.</remarks>
    /// <exception cref="ArgumentException">There is a metric with this name, or the value is no scalar.</exception>
    public void Report(string name, Tensor value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        if (value.numel() != 1)
        {
            throw new ArgumentException($"Expected one number for \"{name}\", got a tensor of shape {TensorGuard.Shape(value.shape)}.", nameof(value));
        }

        if (!_metrics.TryAdd(name, value.detach()))
        {
            throw new ArgumentException($"Expected a name that no other metric has, got \"{name}\".", nameof(name));
        }
    }
}
