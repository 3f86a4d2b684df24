using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Monitoring;
using InfoMax.Evaluation.Probes;
using InfoMax.Objectives;
using InfoMax.Optimization;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using InfoMax.Training;
using InfoMax.Training.Checkpoints;
using InfoMax.Training.Memory;
using InfoMax.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests.Cuda;

/// <summary>Encoders, and the trainer with all that it can do, on a GPU.</summary>
[Trait("needs", "CUDA")]
public sealed class TrainingOnCudaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [CudaFact]
    public void Encoders_OfEveryKind_HaveTheFeaturesOfTheCpu()
    {
        using IDisposable precision = Gpu.FullPrecision();
        foreach ((string name, Func<Encoder> create, long[] shape) in Encoders())
        {
            using var scope = NewDisposeScope();
            using Encoder encoder = create();
            encoder.eval();
            using var generator = new Generator(3);
            Tensor input = randn([4, .. shape], generator: generator);
            EncoderOutput expected = encoder.call(input);
            encoder.to(Gpu.Device);
            EncoderOutput actual = encoder.call(input.to(Gpu.Device));
            foreach ((string feature, Tensor values) in expected.Features.Append(new("local", expected.Local.Values)))
            {
                Tensor other = feature == "local" ? actual.Local.Values : actual.Features[feature];
                other.device_type.Should().Be(Gpu.Type);
                (other.cpu() - values).abs().max().item<float>().Should().BeLessThan(2e-4f * (1 + values.abs().max().item<float>()), $"{name}, {feature}");
            }
        }
    }

    [CudaFact]
    public void Fit_WithEverything_LearnsAndKeepsTensorsFlat()
    {
        using LabeledData data = GeneratedImages.Make(320, seed: 1), test = GeneratedImages.Make(96, seed: 2);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        int[] labels = [.. data.Labels];
        using var probe = new OnlineProbe(labels, ["conv", "global"], test);
        var source = new AugmentedSource(data.Inputs, new ImageAugmentation { MinArea = 0.7, Jitter = 0, Grayscale = 0 }, seed: 4);
        var counts = new Counts();
        using DimTrainer trainer = new DimTrainer(encoder, source)
            .Local(new InfoNceEstimator(), units: 32, locations: 16).Global(new MineEstimator()).Prior(Prior.Uniform)
            .BatchSize(32).Epochs(12).Seed(5).LearningRate(2e-3).Device(Gpu.Device)
            .Schedule(LearningRateSchedule.Cosine().WithWarmUp(5)).ClipGradients(10).AverageWeights(0.9).MicroBatches(2)
            .OnDivergence(DivergencePolicy.Skip(3)).Prefetch(2)
            .Checkpoints(new CheckpointOptions(Path.Combine(_folder, "checkpoints")) { EverySteps = 25 })
            .Callback(probe).Callback(new TensorBoardWriter(Path.Combine(_folder, "events")) { Histograms = true })
            .Callback(counts).ReportTo(new CollapseMonitor(encoder, test.Inputs, next: counts) { EverySteps = 20 }, 5);
        TrainingResult result = trainer.Fit();
        (result.StopReason, result.StepCount, result.SkippedCount).Should().Be((StopReason.Completed, 120L, 0));
        result.Epochs[^1].Metrics["local.loss"].Should().BeLessThan(result.Epochs[0].Metrics["local.loss"] - 0.1);
        encoder.parameters().Should().OnlyContain(p => p.device_type == Gpu.Type);
        counts.Settled.Should().HaveCountGreaterThan(5);
        counts.Settled.Distinct().Should().ContainSingle("no step leaves a tensor behind");
        new NonlinearProbe { Epochs = 20, Device = Gpu.Device }.Evaluate(encoder, data, test, "conv").Mean.Should().BeGreaterThan(0.8, "chance is a third");

        // The weights are those of the file, on whatever device.
        string file = Path.Combine(_folder, "encoder.safetensors");
        ModuleWeights.Save(encoder, file);
        using ConvEncoder other = GeneratedImages.Encoder(seed: 2);
        ModuleWeights.Load(other, file);
        ToyTraining.Bits(other).Should().Equal(ToyTraining.Bits(encoder));
    }

    [CudaFact]
    public void PlanMemory_KnowsWhatTheGpuHas()
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).Device(Gpu.Device);
        MemoryPlan plan = trainer.PlanMemory();
        plan.Available.Should().BeInRange(1L << 28, 1L << 40);
        plan.Needed.Should().BePositive();
        plan.ToString().Should().Contain(Gpu.IsPlayedByCpu ? "Mem" : "what the driver has free on cuda");
    }

    [CudaFact]
    public void Resume_OnTheGpu_EndsWhereTheWholeRunEnds()
    {
        using Tensor data = ToyTraining.Data();
        double Total(int first, string folder)
        {
            using (Encoder encoder = ToyTraining.Encoder(dropout: 0))
            using (DimTrainer trainer = ToyTraining.Trainer(encoder, data, 4).Device(Gpu.Device).Checkpoints(folder).Callback(new Acting { Step = c => { if (c.Run.Step == first) { c.Run.Stop(); } } }))
            {
                trainer.Fit();
            }

            using Encoder second = ToyTraining.Encoder(dropout: 0);
            using DimTrainer rest = ToyTraining.Trainer(second, data, 4).Device(Gpu.Device).Checkpoints(folder).ResumeLatest();
            TrainingResult result = rest.Fit();
            result.StepCount.Should().Be(4L * ToyTraining.StepsPerEpoch);
            using Tensor weight = second.parameters().First().detach().cpu().to(ScalarType.Float64);
            using Tensor sum = weight.sum();
            return sum.item<double>();
        }

        Total(7, Path.Combine(_folder, "a")).Should().BeApproximately(Total(15, Path.Combine(_folder, "b")), 1e-3, "sums on a GPU are not added in the same order each time");
    }

    [CudaFact]
    public void Fit_OnANumberThatIsNotFinite_SaysSoOrLeavesTheBatchOut()
    {
        using Encoder encoder = ToyTraining.Encoder();
        using DimTrainer trainer = Poisoned.Trainer(encoder, new Poisoned(at: [5])).Device(Gpu.Device).ReportTo(new Progress<TrainingProgress>(), 1).OnDivergence(DivergencePolicy.Throw(Path.Combine(_folder, "bad")));
        TrainingDivergedException fault = FluentActions.Invoking(() => trainer.Fit()).Should().Throw<TrainingDivergedException>().Which;
        (fault.Step, File.Exists(fault.BatchPath)).Should().Be((6L, true));
        using Encoder second = ToyTraining.Encoder();
        using DimTrainer skipping = Poisoned.Trainer(second, new Poisoned(at: [2, 3, 9])).Device(Gpu.Device).OnDivergence(DivergencePolicy.Skip(2));
        skipping.Fit().SkippedCount.Should().Be(3);
        second.state_dict().Values.Should().OnlyContain(v => v.isfinite().all().cpu().item<bool>());
    }

    [CudaFact]
    public void Baselines_OfEveryKind_Train()
    {
        using LabeledData data = GeneratedImages.Make(96, seed: 1, side: 32, channels: 3);
        ReconstructionDecoder Decoder(long units, IReadOnlyList<long> shape, int? seed) => new(units, shape, 8, seed);
        IRepresentationMethod[] methods =
        [
            new Autoencoder { Decoder = Decoder }, new VariationalAutoencoder { Decoder = Decoder }, new AdversarialAutoencoder { Decoder = Decoder },
            new BidirectionalGan { Decoder = Decoder, GradientPenaltyWeight = 1 }, new NoiseAsTargets(), new DimObjectives { Weights = DimWeights.PaperLocalAndGlobal, Units = 32 },
        ];
        foreach (IRepresentationMethod method in methods)
        {
            using var encoder = new ConvEncoder(EncoderDescription.PaperBasic32x32(3, 16), 1);
            using DimTrainer trainer = new DimTrainer(encoder, data.Inputs).Objectives(method).BatchSize(32).Epochs(2).LearningRate(1e-4).Seed(1).Device(Gpu.Device);
            TrainingResult result = trainer.Fit();
            result.Epochs.SelectMany(e => e.Metrics.Values).Should().OnlyContain(v => double.IsFinite(v), method.Name);
            encoder.parameters().Should().OnlyContain(p => p.device_type == Gpu.Type && p.isfinite().all().cpu().item<bool>(), method.Name);
        }
    }

    [CudaFact]
    public void Fit_OnTwoViewsOfTransformedImages_LowersTheLoss()
    {
        using LabeledData data = GeneratedImages.Make(256, seed: 1);
        var options = new TransformerOptions { InputShape = [1, 16, 16], PatchSize = [4], Width = 16, BlockCount = 1, HeadCount = 2, GlobalUnits = 8 };
        using var encoder = new TransformerEncoder(options, seed: 1);
        using DimTrainer trainer = new DimTrainer(encoder, data.Inputs).Local(new JensenShannonEstimator(), units: 32).BatchSize(32).Epochs(6).LearningRate(1e-3).Seed(1).Device(Gpu.Device);
        TrainingResult result = trainer.Fit();
        result.Epochs[^1].Metrics["total"].Should().BeLessThan(result.Epochs[0].Metrics["total"] - 0.02);
    }

    private static IEnumerable<(string Name, Func<Encoder> Create, long[] Shape)> Encoders()
    {
        foreach ((string name, EncoderDescription description) in new[]
        {
            ("basic 28", EncoderDescription.PaperBasic28x28()), ("basic 32", EncoderDescription.PaperBasic32x32()), ("basic 64", EncoderDescription.PaperBasic64x64()), ("AlexNet-like", EncoderDescription.PaperAlex64x64()),
            ("residual", EncoderDescription.PaperResNet19For32x32()), ("residual, on crops", EncoderDescription.PaperFoldedResNet19For32x32()), ("25 globals", EncoderDescription.PaperFoldedMultiAlex64x64()),
        })
        {
            yield return (name, () => new ConvEncoder(description, 1), [.. description.InputShape]);
        }

        yield return ("transformer", () => new TransformerEncoder(new TransformerOptions { InputShape = [3, 16, 16], PatchSize = [4], Width = 16, BlockCount = 2, HeadCount = 2, GlobalUnits = 5 }, seed: 1), [3, 16, 16]);
        yield return ("occluded", () => ToyTraining.Encoder(), [1, 8, 8]);
    }

    private sealed class Counts : TrainingCallback, IProgress<TrainingProgress>
    {
        private long _tensors;

        public List<long> Settled { get; } = [];

        public override void OnStep(StepContext context) => _tensors = LiveTensors.Count + context.Run.Step;

        public void Report(TrainingProgress value)
        {
            if (value.Step >= 30)
            {
                Settled.Add(_tensors);
            }
        }
    }
}
