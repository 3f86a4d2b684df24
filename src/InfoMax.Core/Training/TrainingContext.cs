using InfoMax.Encoders;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>A run as its callbacks see it.</summary>
public sealed class TrainingContext
{
    internal TrainingContext(Encoder encoder, DimLoss loss, Device device, int examples, int epochs, long totalSteps) =>
        (Encoder, Loss, Device, Examples, Epochs, TotalSteps) = (encoder, loss, device, examples, epochs, totalSteps);

    /// <summary>The encoder that is trained. A callback that changes its mode or weights puts them back.</summary>
    public Encoder Encoder { get; }

    /// <summary>The loss.</summary>
    public DimLoss Loss { get; }

    /// <summary>The device of the run.</summary>
    public Device Device { get; }

    /// <summary>Number of examples in the training data.</summary>
    public int Examples { get; }

    /// <summary>Number of epochs planned.</summary>
    public int Epochs { get; }

    /// <summary>Steps planned.</summary>
    public long TotalSteps { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; internal set; } = 1;

    /// <summary>Steps done, in this run and those that it resumed.</summary>
    public long Step { get; internal set; }

    /// <summary>Learning rate of the last step, of the optimizer's first group of parameters.</summary>
    public double LearningRate { get; internal set; }

    /// <summary>Whether somebody has asked the run to stop.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Asks the run to stop after this step. It then ends normally with <see cref="StopReason.Stopped"/>, and with a checkpoint if there are any.</summary>
    public void Stop() => IsStopping = true;
}
