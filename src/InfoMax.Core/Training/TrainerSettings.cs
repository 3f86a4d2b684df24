using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Optimization;
using InfoMax.Training.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>The settings of a <see cref="DimTrainer"/>, and the one place where they are checked.</summary>
internal sealed class TrainerSettings
{
    public List<ObjectiveSource> Objectives { get; } = [];

    public List<string> MethodFaults { get; } = [];

    public int[]? Labels { get; set; }

    public (int? ClassCount, double Weight, string Feature)? Classifier { get; set; }

    public List<double> Weights { get; } = [];

    public List<int> Samples { get; } = [];

    public List<int> CriticUnits { get; } = [];

    public int Epochs { get; set; } = 200;

    public int BatchSize { get; set; } = 64;

    public double LearningRate { get; set; } = 1e-4;

    public Func<IEnumerable<Parameter>, optim.Optimizer>? Optimizer { get; set; }

    public int Seed { get; set; }

    public Device? Device { get; set; }

    public int ReportEvery { get; set; } = 10;

    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

    public double? MaxGradientNorm { get; set; }

    public double? AverageDecay { get; set; }

    public int MicroBatches { get; set; } = 1;

    /// <summary>Threads that make batches ahead of time; 0 for none.</summary>
    public int FeedWorkers { get; set; }

    /// <summary>Largest number of batches that are made and not yet used.</summary>
    public int FeedAhead { get; set; } = 1;

    public DivergencePolicy Divergence { get; set; } = DivergencePolicy.Throw();

    public List<TrainingCallback> Callbacks { get; } = [];

    public EarlyStop? EarlyStop { get; set; }

    public CheckpointOptions? Checkpoints { get; set; }

    /// <summary>The checkpoint or folder to resume from.</summary>
    public string? ResumeFrom { get; set; }

    /// <summary>Whether to resume from the latest whole checkpoint of <see cref="Checkpoints"/>, if there is one.</summary>
    public bool ResumeLatest { get; set; }

    /// <summary>Every fault of the settings against encoder and data, before anything is built.</summary>
    public IReadOnlyList<string> Faults(Encoder encoder, IBatchSource data)
    {
        var faults = new List<string>();
        void Require(bool condition, string fault)
        {
            if (!condition)
            {
                faults.Add(fault);
            }
        }

        Require(data.Count >= 2, $"the data must hold at least 2 examples, holds {data.Count}");
        Require(
            BatchSize >= 2,
            $"the batch size must be at least 2, since the negatives of an example are the other examples of its batch; is {BatchSize}");
        Require(BatchSize <= data.Count || data.Count < 2, $"the batch size must be at most the number of examples, {data.Count}; is " +
            $"{BatchSize}");
        Require(Epochs >= 1, $"the number of epochs must be at least 1, is {Epochs}");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, $"the learning rate must be finite and positive, is {LearningRate}");
        Require(ReportEvery >= 1, $"the number of steps between reports must be at least 1, is {ReportEvery}");
        Require(
            Weights.TrueForAll(w => double.IsFinite(w) && w >= 0), $"weights must be finite and at least 0, are " +
                $"{string.Join(", ", Weights)}");
        Require(
            Samples.TrueForAll(l => l >= 1), $"the number of sampled locations or globals must be at least 1, is " +
                $"{string.Join(", ", Samples)}");
        Require(
            MaxGradientNorm is not { } norm || (double.IsFinite(norm) && norm > 0),
            $"the largest norm of the gradient must be finite and positive, is {MaxGradientNorm}");
        Require(AverageDecay is not { } decay || decay is > 0 and < 1, $"the decay of averaged weights must be in (0, 1), is " +
            $"{AverageDecay}");
        Require(
            MicroBatches >= 1 && BatchSize % Math.Max(1, MicroBatches) == 0,
            $"the number of micro-batches must divide the batch size, {BatchSize}; is {MicroBatches}");
        Require(FeedWorkers >= 0, $"the number of threads that make batches must be at least 0, is {FeedWorkers}");
        Require(FeedAhead >= 1, $"the number of batches made ahead must be at least 1, is {FeedAhead}");
        Require(
            FeedWorkers <= 1 || data.IsThreadSafe,
            $"only one thread can make batches, since {data.GetType().Name} does not say that several may use it at once " +
            $"({nameof(IBatchSource.IsThreadSafe)}); requested are {FeedWorkers}");
        Require(!Divergence.MayReturn || Checkpoints is not null, "a policy that returns to checkpoints needs checkpoints: call " +
            "Checkpoints(…)");
        Require(!ResumeLatest || Checkpoints is not null, "ResumeLatest() needs the folder of the checkpoints: call Checkpoints(…)");
        bool resumes = ResumeFrom is not null || ResumeLatest;
        if (!resumes && Checkpoints is { } options && CheckpointFolder.List(options.Directory) is [var found, ..])
        {
            faults.Add(
                $"the folder of checkpoints holds those of another run ({found}): resume it with Resume(…) or ResumeLatest(), or choose " +
                $"an empty folder");
        }

        faults.AddRange(MethodFaults);
        if (Labels is { } labels)
        {
            Require(labels.Length == data.Count, $"there must be a label for each example, −1 for none: {data.Count}, got {labels.Length}");
            Require(Array.TrueForAll(labels, l => l >= -1), $"labels must be at least 0, or −1 for none, got " +
                $"{labels.DefaultIfEmpty().Min()}");
        }

        if (Classifier is { } classifier)
        {
            Require(Labels is not null, "a classifier needs labels: call Labels(…)");
            int max = Labels is { Length: > 0 } some ? some.Max() : -1, classes = classifier.ClassCount ?? max + 1;
            Require(
                Labels is null || (classes >= 2 && max < classes),
                $"there must be at least 2 classes, and every label below their number: {classes} classes, the largest label is {max}");
        }

        Require(CriticUnits.TrueForAll(u => u >= 1), $"the units of a critic must be at least 1, are {string.Join(", ", CriticUnits)}");
        string? deviceFault = DeviceGuard.Fault(Device);
        Require(deviceFault is null, deviceFault ?? "");
        if (encoder.InputShape is { } shape)
        {
            bool fits = shape.Count == data.ExampleShape.Count && shape.Zip(data.ExampleShape).All(p => p.First < 0 || p.First == p.Second);
            Require(fits, $"the encoder takes examples {TensorGuard.Shape(shape)}, the data hold {TensorGuard.Shape(data.ExampleShape)}");
        }

        return faults;
    }
}
