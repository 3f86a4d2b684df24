using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Information;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Cuda;

/// <summary>Score matrices, critics and objectives on a GPU give what they give on the CPU.</summary>
[Trait("needs", "CUDA")]
public sealed class EstimatorsOnCudaTests
{
    [CudaFact]
    public void Estimators_Factored_HaveTheValuesAndGradientsOfTheCpu()
    {
        foreach (MIEstimator estimator in Every.Estimator())
        {
            foreach (StreamingOptions options in new StreamingOptions[] { new(), new() { TileBytes = 2048 } })
            {
                using var scope = NewDisposeScope();
                (Tensor g, Tensor x) = Factors(40, 6, 5);
                IList<Tensor> expected = Evaluate(estimator, g, x, options);
                estimator.State?.to(Gpu.Device);
                IList<Tensor> actual = Evaluate(estimator, OnGpu(g), OnGpu(x), options);
                estimator.State?.cpu();
                actual.Should().OnlyContain(t => t.device_type == Gpu.Type);
                AreClose(actual, expected, 1e-10, estimator.Name);
            }
        }
    }

    [CudaFact]
    public void Estimators_InSingleAndBFloat16_AreAsGoodAsRoundingAllows()
    {
        using IDisposable precision = Gpu.FullPrecision();
        foreach (MIEstimator estimator in Every.Estimator()
            .Where(e => e is not FloEstimator && e.State is not Every.NormBaseline && e.Name != "reverse-kl"))
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(6);
            Tensor g = randn([96, 64], generator: generator).div(8), x = randn([96, 64, 16], generator: generator);
            IList<Tensor> exact =
                Evaluate(estimator, g.to(ScalarType.Float64).requires_grad_(true), x.to(ScalarType.Float64).requires_grad_(true), new());
            estimator.State?.to(Gpu.Device);
            AreClose(Evaluate(estimator, OnGpu(g), OnGpu(x), new()), exact, 5e-6, estimator.Name);
            AreClose(Evaluate(estimator, OnGpu(g), OnGpu(x), new() { Products = ProductPrecision.BFloat16 }), exact, 2e-2, estimator.Name);
        }
    }

    [CudaFact]
    public void Estimators_DenseScores_HaveTheValuesOfTheCpu()
    {
        foreach (MIEstimator estimator in Every.Estimator().Where(e => e is not FloEstimator && e.State is not Every.NormBaseline))
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(3);
            Tensor scores = randn([12, 1, 12, 4], ScalarType.Float64, generator: generator), onGpu = scores.to(Gpu.Device);
            double expected = estimator.Objective(ScoreMatrix.Dense(scores)).item<double>();
            estimator.State?.to(Gpu.Device);
            estimator.Objective(ScoreMatrix.Dense(onGpu)).cpu().item<double>()
                .Should().BeApproximately(expected, 1e-10 * Math.Max(1, Math.Abs(expected)), estimator.Name);
        }
    }

    [CudaFact]
    public void Backward_ManyTimes_LeavesNoMoreThanTheLastHasReturned()
    {
        using Tensor g = randn(64, 32).to(Gpu.Device, copy: true);
        using Tensor x = randn(64, 32, 16).to(Gpu.Device, copy: true);
        g.requires_grad_(true);
        x.requires_grad_(true);
        foreach (MIEstimator estimator in new MIEstimator[] { new InfoNceEstimator(), new JensenShannonEstimator(),
            new DonskerVaradhanEstimator() })
        {
            void Step()
            {
                using var scope = NewDisposeScope();
                // Backward passes on a GPU are on a thread of libtorch's own.
                foreach (Tensor gradient in Evaluate(estimator, g, x, new() { TileBytes = 4096 }))
                {
                    gradient.Dispose();
                }
            }

            Step();
            LiveTensors.Left(() =>
            {
                for (int i = 0; i < 20; i++)
                {
                    Step();
                }
            }).Should().BeLessThanOrEqualTo(2, "two gradients go with the next pass, and all else went with its step");
        }
    }

    [CudaFact]
    public void Objectives_OfEveryKind_HaveTheLossAndGradientsOfTheCpu()
    {
        using IDisposable precision = Gpu.FullPrecision();
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor local = randn([9, 6, 4, 4], generator: generator), global = randn([9, 5], generator: generator);
        foreach ((Objective onCpu, Objective onGpu) in Objectives().Zip(Objectives()))
        {
            using (onCpu)
            using (onGpu)
            {
                onGpu.to(Gpu.Device);
                (double expected, Tensor[] expectedGradients) = Loss(onCpu, local, global, CPU);
                (double actual, Tensor[] gradients) = Loss(onGpu, local, global, Gpu.Device);
                actual.Should().BeApproximately(expected, 1e-4 * (1 + Math.Abs(expected)), onCpu.ToString());
                gradients.Should().HaveCount(expectedGradients.Length);
                foreach ((Tensor one, Tensor other) in gradients.Zip(expectedGradients))
                {
                    (one.cpu() - other).abs().max().item<float>()
                        .Should().BeLessThan(1e-4f * (1e-3f + other.abs().max().item<float>()) + 1e-6f, onCpu.TermName);
                }
            }
        }
    }

    [CudaFact]
    public void Tensors_OfTwoDevices_AreRefused()
    {
        if (Gpu.IsPlayedByCpu)
        {
            return;
        }

        using var scope = NewDisposeScope();
        Tensor g = randn(8, 4), x = randn(8, 4, 3);
        Expect.ArgumentFault(() => ScoreMatrix.Factored(g, x.cuda()), "locals", "cpu", "cuda");
        Expect.ArgumentFault(() => _ = new EncoderOutput(new LocalFeatureMap(randn(8, 6, 4, 4)), g.cuda()), "global", "cpu", "cuda");
        using var objective = new LocalInfoMax(6, 4, new InfoNceEstimator(), units: 8, seed: 1);
        Expect.ArgumentFault(
            () => objective.call(new EncoderOutput(new LocalFeatureMap(randn(8, 6, 4, 4).cuda()), g.cuda())), "output", "on cpu", "cuda");
        Expect.ArgumentFault(
            () => MutualInformation.Estimate(randn(100, 2), randn(100, 2).cuda(), new InfoNceEstimator()), "y", "cpu", "cuda");
        using ConvEncoder encoder = ConvEncoder.For28x28();
        Expect.ArgumentFault(() => encoder.call(randn(2, 1, 28, 28).cuda()), "input", "cpu", "cuda");
        encoder.cuda();
        Expect.ArgumentFault(() => encoder.call(randn(2, 1, 28, 28)), "input", "cpu", "cuda");
    }

    [CudaFact]
    public void Device_ThatIsNotThere_IsRefused()
    {
        Device none = new(DeviceType.CUDA, 77);
        using Tensor data = randn(32, 1, 28, 28), pairs = randn(100, 2);
        using ConvEncoder encoder = ConvEncoder.For28x28();
        using var trainer = new InfoMax.Training.DimTrainer(encoder, data).BatchSize(8).Device(none);
        FluentActions.Invoking(() => trainer.Fit()).Should().Throw<ArgumentException>().WithMessage("*cuda:77*not available*");
        FluentActions.Invoking(
            () => MutualInformation.Estimate(pairs, pairs, new InfoNceEstimator(), new MutualInformationOptions { Device = none }))
            .Should().Throw<ArgumentException>().WithMessage("*cuda:77*not available*");
    }

    private static Objective[] Objectives() =>
    [
        new LocalInfoMax(6, 5, new InfoNceEstimator(), units: 8, seed: 1),
        new LocalInfoMax(6, 5, new DonskerVaradhanEstimator(), units: 8, seed: 1) { LocationSamples = 7 },
        new LocalInfoMax(6, 5, new JensenShannonEstimator(), units: 8, seed: 1),
        new LocalInfoMax(new ConcatCritic(6, 5, 8, seed: 1), new JensenShannonEstimator(), seed: 1),
        new LocalInfoMax(new SeparableMlpCritic(6, 5, seed: 1), new SmileEstimator(), seed: 1),
        new LocalInfoMax(new BilinearCritic(6, 5, seed: 1), new NwjEstimator(), seed: 1),
        new LocalInfoMax(new GaussianCritic(6, 5, seed: 1), new InfoNceEstimator(), seed: 1),
        new GlobalInfoMax(6 * 16, 5, new DonskerVaradhanEstimator(), seed: 1),
        new GlobalInfoMax(6 * 16, 5, new MineEstimator(), seed: 1),
        new PriorMatching(5, Prior.Uniform, seed: 1),
        new PriorMatching(5, Prior.Gaussian, seed: 1),
        new CoordinatePrediction(6, 5, [4, 4], relative: true, hiddenUnits: 8, seed: 1),
        new CoordinatePrediction(6, 5, [4, 4], hiddenUnits: 8, seed: 1),
    ];

    private static (double Loss, Tensor[] Gradients) Loss(Objective objective, Tensor local, Tensor global, Device device)
    {
        Tensor map = local.to(device, copy: true).requires_grad_(true), code = global.to(device, copy: true).requires_grad_(true);
        Tensor loss = objective.call(new EncoderOutput(new LocalFeatureMap(map), code)).Loss;
        loss.device_type.Should().Be(device.type);
        loss.backward();
        return (
            loss.cpu().to(ScalarType.Float64)
                .item<double>(), [.. new[] { map.grad, code.grad }.Concat(objective.parameters().Select(p => p.grad)).OfType<Tensor>()]);
    }

    private static (Tensor Globals, Tensor Locals) Factors(int n, int d, int locations)
    {
        using var generator = new Generator(2);
        return (
            randn([n, d], ScalarType.Float64, generator: generator).requires_grad_(true), randn(
                [n, d, locations], ScalarType.Float64, generator: generator).requires_grad_(true));
    }

    private static Tensor OnGpu(Tensor tensor) => tensor.detach().to(Gpu.Device, copy: true).requires_grad_(true);

    private static IList<Tensor> Evaluate(MIEstimator estimator, Tensor g, Tensor x, StreamingOptions options)
    {
        using ScoreMatrix scores = ScoreMatrix.Factored(g, x, options);
        Tensor value = estimator.Objective(scores);
        return [value.detach(), .. autograd.grad([value], [g, x])];
    }

    private static void AreClose(IList<Tensor> actual, IList<Tensor> expected, double relative, string name)
    {
        foreach ((Tensor one, Tensor other) in actual.Zip(expected))
        {
            Tensor wide = other.detach().to(ScalarType.Float64);
            double scale = Math.Max(wide.dim() == 0 ? 1.0 : 1e-12, wide.abs().max().item<double>());
            ((one.detach().cpu().to(ScalarType.Float64) - wide).abs().max().item<double>() / scale).Should().BeLessThan(relative, name);
        }
    }
}
