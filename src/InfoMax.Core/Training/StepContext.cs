using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>A finished step as callbacks see it. Its tensors live until the callback returns.</summary>
public sealed class StepContext
{
    private readonly Dictionary<string, Tensor> _metrics;

    internal StepContext(
        TrainingContext run, EncoderOutput output, IReadOnlyList<int> exampleIndices, Dictionary<string, Tensor> metrics, bool reports) =>
        (Run, Output, ExampleIndices, _metrics, Reports) = (run, output, exampleIndices, metrics, reports);

    /// <summary>The run.</summary>
    public TrainingContext Run { get; }

    /// <summary>The encoder's output on the batch in training mode, before the update. Detach what you compute with.</summary>
    public EncoderOutput Output { get; }

    /// <summary>Indices of the batch's N examples in the data.</summary>
    public IReadOnlyList<int> ExampleIndices { get; }

    /// <summary>Whether this step reports its numbers. On a GPU, read numbers in these steps only: reading waits for the device.</summary>
    public bool Reports { get; }

    /// <summary>Every loss term and metric of the step by name: scalars on the device.</summary>
    public IReadOnlyDictionary<string, Tensor> Metrics => _metrics;

    /// <summary>Adds a metric, which is averaged over the epoch and reported like the others.</summary>
    /// <param name="name">Its name, such as "probe.global.accuracy".</param>
    /// <param name="value">Its value, a scalar.</param>
    /// <remarks>Call it outside dispose scopes of your own: the number must live until the step ends.</remarks>
    /// <exception cref="ArgumentException">The name is taken, or the value is not a scalar.</exception>
    public void Report(string name, Tensor value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        if (value.numel() != 1)
        {
            throw new ArgumentException(
                $"Expected one number for \"{name}\", got a tensor of shape {TensorGuard.Shape(value.shape)}.", nameof(value));
        }

        if (!_metrics.TryAdd(name, value.detach()))
        {
            throw new ArgumentException($"Expected a name that no other metric has, got \"{name}\".", nameof(name));
        }
    }
}
