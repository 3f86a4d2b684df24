using System.Globalization;
using System.Security.Cryptography;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Optimization;
using InfoMax.Priors;
using InfoMax.QuickStart;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using static TorchSharp.torch;

namespace InfoMax.Samples.Overnight;

/// <summary>A run with everything that one leaves alone for a night should have.</summary>
internal sealed class Run
{
    private const int Seed = 1;

    public required string Folder { get; init; }

    public required int Epochs { get; init; }

    public required int CheckpointEvery { get; init; }

    public required int Workers { get; init; }

    public required bool Toy { get; init; }

    public required string Device { get; init; }

    public int Train(CancellationToken cancellation)
    {
        using InMemorySource images = Toy ? ToyImages() : Satellites(cancellation);
        using var encoder = new ConvEncoder(Toy ? ToyNetwork() : EncoderDescription.PaperBasic32x32(3), Seed);
        Augmentation augmentation = Toy ? new ImageAugmentation { Jitter = 0, Grayscale = 0 }
            : new ImageAugmentation { MinArea = 0.5, Jitter = 0.2 };
        using DimTrainer trainer = new DimTrainer(encoder, new AugmentedSource(images, augmentation, Seed))
            .Local(new InfoNceEstimator(), units: Toy ? 16 : 256, locations: Toy ? null : 16)
            .Prior(Prior.Uniform)
            .BatchSize(Toy ? 8 : 64).Epochs(Epochs).Seed(Seed).Device(Device == "cuda" ? CUDA : CPU)
            .LearningRate(1e-3).Schedule(LearningRateSchedule.Cosine().WithWarmUp(20)).ClipGradients(10).AverageWeights(0.99)
            .Prefetch(Workers)
            .Checkpoints(new CheckpointOptions(Folder) { EverySteps = CheckpointEvery })
            .ResumeLatest()
            .OnDivergence(DivergencePolicy.ReturnToCheckpoint(saveBatchIn: Path.Combine(Folder, "bad-batches")))
            .ReportTo(new Lines(), everySteps: 10)
            .LogTo(new ConsoleLog());
        TrainingResult result = trainer.Fit(cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.StopReason} after {result.StepCount} steps; checkpoint {result.Checkpoint}"));
        if (result.StopReason != StopReason.Completed)
        {
            return 130;
        }

        Console.WriteLine("weights " + Fingerprint(encoder));
        return 0;
    }

    private static InMemorySource Satellites(CancellationToken cancellation)
    {
        using SampleData data = SampleData.Read(new QuickStartOptions { Kind = "eurosat", Path = "" },
            new Progress<Datasets.DatasetProgress>(), cancellation);
        return new InMemorySource(data.Train.Images);
    }

    /// <summary>Two blobs of light on noise.</summary>
    private static InMemorySource ToyImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seed);
        Tensor place = rand([64, 2, 2, 1, 1], generator: generator).mul(20).add(4), rows = arange(28).view(1, 28, 1),
            columns = arange(28).view(1, 1, 28);
        Tensor Blob(int i) =>
            (((rows - place.select(1, i).select(1, 0)).square() + (columns - place.select(1, i).select(1, 1)).square()) / -18).exp();
        Tensor images = (Blob(0) + Blob(1) + (randn([64, 28, 28], generator: generator) * 0.1)).clamp(0, 1).mul(2).sub(1);
        return new InMemorySource(images.unsqueeze(1));
    }

    private static EncoderDescription ToyNetwork() => new()
    {
        InputShape = [1, 28, 28],
        Layers = [Layer.Conv(8, kernel: 4, stride: 2, padding: 1), Layer.Conv(16, kernel: 4, stride: 2, padding: 1).As("local", "conv"),
            Layer.Flatten(), Layer.Global(8)],
    };

    private static string Fingerprint(nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string _, Tensor value) in module.state_dict().OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            hash.AppendData(value.detach().cpu().contiguous().bytes.ToArray());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
