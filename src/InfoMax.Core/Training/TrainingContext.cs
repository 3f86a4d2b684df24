using InfoMax.Encoders;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>A run as its callbacks see it.</summary>
public sealed class TrainingContext
{
    internal TrainingContext(Encoder encoder, DimLoss loss, Device device, int exampleCount, int epochCount, long totalSteps) =>
        (Encoder, Loss, Device, ExampleCount, EpochCount, TotalSteps) = (encoder, loss, device, exampleCount, epochCount, totalSteps);

    /// <summary>The encoder that is trained. A callback that changes its mode or weights must restore them.</summary>
    public Encoder Encoder { get; }

    /// <summary>The loss.</summary>
    public DimLoss Loss { get; }

    /// <summary>The device of the run.</summary>
    public Device Device { get; }

    /// <summary>Number of examples in the training data.</summary>
    public int ExampleCount { get; }

    /// <summary>Number of epochs planned.</summary>
    public int EpochCount { get; }

    /// <summary>Steps planned.</summary>
    public long TotalSteps { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; internal set; } = 1;

    /// <summary>Steps done, those of resumed runs included.</summary>
    public long Step { get; internal set; }

    /// <summary>
    /// Learning rate of the last step, of the optimizer's first parameter group. The trainer sets the rates of all groups before each step,
    /// from the optimizer's first rates and <see cref="DimTrainer.Schedule"/>: a rate that a callback sets lasts no longer than to the next
    /// step.
    /// </summary>
    public double LearningRate { get; internal set; }

    /// <summary>Whether a stop has been requested.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The moving average of the encoder's weights; null if the run keeps none.</summary>
    internal WeightAverage? Average { get; init; }

    /// <summary>
    /// Requests a stop after this step. The run then ends normally with <see cref="StopReason.Stopped"/>, and writes a checkpoint if it
    /// keeps checkpoints.
    /// </summary>
    public void Stop() => IsStopping = true;
}
