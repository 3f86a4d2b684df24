using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Objectives;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>The settings of a <see cref="DimTrainer"/>, and the one place where they are checked.</summary>
internal sealed class TrainerSettings
{
    public List<Func<EncoderSignature, int, Objective>> Objectives { get; } = [];

    public List<double> Weights { get; } = [];

    public List<int> LocationSamples { get; } = [];

    public List<int> CriticUnits { get; } = [];

    public int Epochs { get; set; } = 200;

    public int BatchSize { get; set; } = 64;

    public double LearningRate { get; set; } = 1e-4;

    public Func<IEnumerable<Parameter>, optim.Optimizer>? Optimizer { get; set; }

    public int Seed { get; set; }

    public Device? Device { get; set; }

    public int ReportEvery { get; set; } = 10;

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
        Require(BatchSize >= 2, $"the batch size must be at least 2, since the negatives of an example are the others of its batch; is {BatchSize}");
        Require(BatchSize <= data.Count || data.Count < 2, $"the batch size must be at most the number of examples, {data.Count}; is {BatchSize}");
        Require(Epochs >= 1, $"the number of epochs must be at least 1, is {Epochs}");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, $"the learning rate must be finite and positive, is {LearningRate}");
        Require(ReportEvery >= 1, $"the number of steps between reports must be at least 1, is {ReportEvery}");
        Require(Weights.TrueForAll(w => double.IsFinite(w) && w >= 0), $"weights must be finite and at least 0, are {string.Join(", ", Weights)}");
        Require(LocationSamples.TrueForAll(l => l >= 1), $"the number of sampled locations must be at least 1, is {string.Join(", ", LocationSamples)}");
        Require(CriticUnits.TrueForAll(u => u >= 1), $"the units of a critic must be at least 1, are {string.Join(", ", CriticUnits)}");
        Require(
            Device is null || Device.type != DeviceType.CUDA || cuda.is_available(),
            $"the device {Device} is not available: TorchSharp finds no CUDA device, which needs a CUDA package in the application and a driver");
        if (encoder.InputShape is { } shape)
        {
            bool fits = shape.Count == data.ExampleShape.Count && shape.Zip(data.ExampleShape).All(p => p.First < 0 || p.First == p.Second);
            Require(fits, $"the encoder takes examples {Numerics.TensorGuard.Shape(shape)}, the data hold {Numerics.TensorGuard.Shape(data.ExampleShape)}");
        }

        return faults;
    }
}
