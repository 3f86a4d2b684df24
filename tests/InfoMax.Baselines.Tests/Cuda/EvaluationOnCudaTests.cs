using InfoMax.Baselines.FewLabels;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Probes;
using InfoMax.Information;
using InfoMax.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests.Cuda;

/// <summary>What is measured of an encoder on a GPU, and measures that train a network there.</summary>
[Trait("needs", "CUDA")]
public sealed class EvaluationOnCudaTests
{
    [CudaFact]
    public void Probes_OfAnEncoderOnTheGpu_GiveWhatTheyGiveOnTheCpu()
    {
        using IDisposable precision = Gpu.FullPrecision();
        using LabeledData train = GeneratedImages.Make(240, seed: 1), test = GeneratedImages.Make(150, seed: 2);
        using ConvEncoder onCpu = GeneratedImages.Encoder(seed: 1), encoder = GeneratedImages.Encoder(seed: 1);
        encoder.to(Gpu.Device);
        foreach (Probe probe in new Probe[] { new LinearProbe(), new SvmProbe(), new KnnProbe(), new NonlinearProbe { Epochs = 20 } })
        {
            Probe onGpu = probe is NonlinearProbe ? new NonlinearProbe { Epochs = 20, Device = Gpu.Device } : probe;
            onGpu.Evaluate(encoder, train, test, "conv").Mean
                .Should().BeApproximately(probe.Evaluate(onCpu, train, test, "conv").Mean, 0.05, probe.Name);
        }

        encoder.parameters().Should().OnlyContain(p => p.device_type == Gpu.Type);
    }

    [CudaFact]
    public void Labels_TrainNetworksOnTheGpu()
    {
        using LabeledData train = GeneratedImages.Make(240, seed: 1), test = GeneratedImages.Make(150, seed: 2);
        ConvEncoder Create(int seed)
        {
            ConvEncoder made = GeneratedImages.Encoder(seed);
            made.to(Gpu.Device);
            return made;
        }

        using ConvEncoder encoder = Create(1);
        var supervised = new SupervisedBaseline { LabelCount = 96, BatchSize = 16, Epochs = 15, LearningRate = 3e-3, Seed = 5 };
        supervised.Evaluate(Create, train, test, "conv").Mean.Should().BeGreaterThan(0.7, "chance is a third");
        new FineTuning { LabelCount = 96, BatchSize = 16, Epochs = 15, LearningRate = 3e-3, Seed = 5 }.Evaluate(encoder, train, test).Mean
            .Should().BeGreaterThan(0.7);
        new VirtualAdversarialTraining
        {
            LabelCount = 48,
            BatchSize = 16,
            UnlabeledBatchSize = 64,
            Epochs = 10,
            LearningRate = 3e-3,
            Epsilon = 3,
            Seed = 5
        }.Evaluate(Create, train, test).Mean
            .Should().BeGreaterThan(0.6);
        new LadderNetwork
        {
            LabelCount = 48,
            BatchSize = 16,
            UnlabeledBatchSize = 64,
            Epochs = 10,
            LearningRate = 3e-3,
            DenoisingWeights = [1],
            Seed = 5,
            Device = Gpu.Device,
        }
            .Evaluate(encoder.Description, train, test).Mean.Should().BeGreaterThan(0.5);
    }

    [CudaFact]
    public void Reconstruction_OfAnEncoderOnTheGpu_RebuildsImages()
    {
        using LabeledData train = GeneratedImages.Make(192, seed: 1), test = GeneratedImages.Make(96, seed: 2);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        encoder.to(Gpu.Device);
        var measure = new Reconstruction
        {
            Epochs = 12,
            BatchSize = 32,
            LearningRate = 5e-3,
            DecayEpochs = [8],
            Width = 4,
            Measure = new StructuralSimilarity { Window = 7 },
            Seed = 3,
        };
        using ReconstructionDecoder decoder = measure.Fit(encoder, train.Inputs, test.Inputs, "conv", out ReconstructionResult result);
        decoder.parameters().Should().OnlyContain(p => p.device_type == Gpu.Type);
        result.MultiScaleSimilarity.Should().BeInRange(0.4, 1);
        using Tensor made = decoder.Reconstruct(encoder, test.Inputs, "conv");
        made.shape.Should().Equal(96, 1, 16, 16);
    }

    [CudaFact]
    public void MutualInformation_OnTheGpu_IsThatOfTheTask()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        // ρ = 0.8 in each of two dimensions: −ln(1 − 0.64) = 1.02 nats.
        Tensor x = randn([4000, 2], generator: generator), y = x.mul(0.8) + randn([4000, 2], generator: generator).mul(0.6);
        var options = new MutualInformationOptions { MaxSteps = 1500, BatchSize = 256, Device = Gpu.Device, Seed = 1 };
        MutualInformation.Estimate(x, y, new InfoNceEstimator(), options).Value.Should().BeApproximately(1.02, 0.15);
        MutualInformation.Estimate(x.to(Gpu.Device), y.to(Gpu.Device), new MineEstimator(), options with { Device = null }).Value
            .Should().BeApproximately(1.02, 0.2);
    }

    [CudaFact]
    public void Dependence_OnTheGpu_IsThatOfTheCpu()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor shared = randn([3000, 1], generator: generator), codes = shared + randn([3000, 4], generator: generator);
        using FeatureSet train = FeatureSet.FromMatrix(codes.narrow(0, 0, 2000)), test = FeatureSet.FromMatrix(codes.narrow(0, 2000, 1000));
        NeuralDependencyMeasure On(Device? device) =>
            new() { Epochs = 60, BatchSize = 400, LearningRate = 1e-3, Permutations = 4, Device = device };
        DependencyResult onCpu = On(null).Evaluate(train, test), onGpu = On(Gpu.Device).Evaluate(train, test);
        onGpu.Value.Should().BePositive().And.BeApproximately(onCpu.Value, 0.1);
        FluentActions.Invoking(() => On(new Device(DeviceType.CUDA, 77)).Evaluate(train, test))
            .Should().Throw<ArgumentException>().WithMessage("*cuda:77*not available*");
        FluentActions.Invoking(
            () => new NonlinearProbe { Device = new Device(DeviceType.CUDA, 77) }.Evaluate(Labeled(train), Labeled(test)))
            .Should().Throw<ArgumentException>().WithMessage("*cuda:77*not available*");
    }

    private static FeatureSet Labeled(FeatureSet features) =>
        FeatureSet.FromMatrix(features.Values, [.. Enumerable.Range(0, features.Count).Select(i => i % 2)]);
}
