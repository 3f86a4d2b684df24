using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests;

/// <summary>The baselines that rebuild the input: autoencoder, variational and adversarial autoencoder.</summary>
public sealed class AutoencoderTests
{
    [Fact]
    public void Reconstruction_OfABatch_IsTheSquaredErrorSummedOverAnExample()
    {
        using var scope = NewDisposeScope();
        using var objective = new ReconstructionTerm(4, [3, 8, 8], new ReconstructionDecoder(4, [3, 8, 8], width: 2, seed: 1));
        Tensor input = rand(5, 3, 8, 8);
        EncoderOutput output = Output(5, 4, 6, input);
        ObjectiveResult result = objective.call(output);
        Tensor rebuilt = objective.Decoder.call(output.Global);
        Tensor error = (rebuilt - input).square();
        result.Loss.item<float>().Should().BeApproximately(error.sum([1, 2, 3]).mean().item<float>(), 1e-3f);
        result.Metrics["mse"].item<float>().Should().BeApproximately(error.mean().item<float>(), 1e-5f);
    }

    [Fact]
    public void Variational_Divergence_IsThatOfTwoGaussians()
    {
        using var scope = NewDisposeScope();
        using var objective = new VariationalTerm(
            4, [3, 8, 8], new ReconstructionDecoder(4, [3, 8, 8], width: 2, seed: 1), "fc", 6, seed: 3);
        EncoderOutput output = Output(5, 4, 6, rand(5, 3, 8, 8));
        double kl = objective.call(output).Metrics["kl"].item<float>();

        // Integrated over a grid, unit by unit.
        var layer = objective.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Tensor logDeviation = nn.functional.linear(output.Features["fc"], layer["log_deviation.weight"], layer["log_deviation.bias"]);
        double expected = 0;
        for (int i = 0; i < 5; i++)
        {
            for (int d = 0; d < 4; d++)
            {
                expected += Divergence(output.Global[i, d].item<float>(), Math.Exp(logDeviation[i, d].item<float>())) / 5;
            }
        }

        kl.Should().BeApproximately(expected, 1e-3);
    }

    [Fact]
    public void Variational_WithBeta_WeighsTheDivergence()
    {
        using var scope = NewDisposeScope();
        Tensor input = rand(5, 3, 8, 8);
        EncoderOutput output = Output(5, 4, 6, input);
        (double Loss, double Mse, double Kl) Of(double beta)
        {
            using var objective = new VariationalTerm(
                4, [3, 8, 8], new ReconstructionDecoder(4, [3, 8, 8], width: 2, seed: 1), "fc", 6, beta, seed: 3);
            ObjectiveResult result = objective.call(output);
            return (result.Loss.item<float>(), result.Metrics["mse"].item<float>() * 192, result.Metrics["kl"].item<float>());
        }

        var one = Of(1);
        var four = Of(4);
        one.Mse.Should().BeApproximately(four.Mse, 1e-6, "the draws are those of the seed");
        one.Loss.Should().BeApproximately(one.Mse + one.Kl, 1e-3);
        four.Loss.Should().BeApproximately(four.Mse + (4 * four.Kl), 1e-3);
    }

    [Fact]
    public void Variational_InEvaluationMode_DecodesTheMean()
    {
        using var scope = NewDisposeScope();
        using var objective = new VariationalTerm(
            4, [3, 8, 8], new ReconstructionDecoder(4, [3, 8, 8], width: 2, seed: 1), "fc", 6, seed: 3);
        Tensor input = rand(5, 3, 8, 8);
        EncoderOutput output = Output(5, 4, 6, input);
        objective.eval();
        double mse = objective.call(output).Metrics["mse"].item<float>();
        mse.Should().BeApproximately((objective.Decoder.call(output.Global) - input).square().mean().item<float>(), 1e-5);
        objective.call(output).Metrics["mse"].item<float>().Should().Be((float)mse, "nothing is drawn");
    }

    [Fact]
    public void AdversarialAutoencoder_IsReconstructionAndTheGameWithItsPrior()
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<Objective> objectives = new AdversarialAutoencoder { PriorWeight = 0.5 }.Create(Shape(), seed: 1);
        using var loss = new DimLoss([.. objectives]);
        objectives.Select(o => o.TermName).Should().Equal("reconstruction", "prior");
        objectives[1].Weight.Should().Be(0.5);
        objectives[1].Should().BeOfType<PriorMatching>().Which.Prior.Should().BeSameAs(Prior.Gaussian);
    }

    [Fact]
    public void Autoencoder_OnFewImages_LearnsToRebuildThem()
    {
        using Tensor images = Images(16);
        using ConvEncoder encoder = Small(seed: 1);
        using DimTrainer trainer = new DimTrainer(encoder, images).Objectives(new Autoencoder()).Epochs(80).BatchSize(16).LearningRate(3e-3)
            .Seed(
            1);
        TrainingResult result = trainer.Fit();
        double before = result.Epochs[0].Metrics["reconstruction.mse"], after = result.Epochs[^1].Metrics["reconstruction.mse"];
        after.Should().BeLessThan(before / 5);
    }

    [Fact]
    public void VariationalAutoencoder_WithALargeBeta_GivesUpWhatACodeTells()
    {
        double Kl(double beta)
        {
            using Tensor images = Images(16);
            using ConvEncoder encoder = Small(seed: 1);
            using DimTrainer trainer = new DimTrainer(encoder, images).Objectives(new VariationalAutoencoder { Beta = beta }).Epochs(60)
                .BatchSize(16).LearningRate(3e-3).Seed(
                1);
            return trainer.Fit().Epochs[^1].Metrics["variational.kl"];
        }

        double weak = Kl(0.1), strong = Kl(50);
        weak.Should().BeGreaterThan(5);
        strong.Should().BeLessThan(weak / 4);
    }

    [Fact]
    public void Create_ForEncodersThatDoNotFit_SaysWhatIsMissing()
    {
        EncoderSignature shape = Shape();
        Expect.ArgumentFault(
            () => new Autoencoder().Create(new EncoderSignature(shape) { InputShape = [] }), "shape", "shape of the input", "AE");
        Expect.ArgumentFault(
            () => new VariationalAutoencoder { DeviationsFrom = "hidden" }.Create(shape), "shape", "\"hidden\"", "fc, global");
        Expect.ArgumentFault(
            () => new Autoencoder().Create(new EncoderSignature(shape) { GlobalCount = 25 }), "shape", "one global vector", "25");
        FluentActions.Invoking(() => new VariationalAutoencoder { Beta = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AdversarialAutoencoder { PriorWeight = double.NaN }).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Evaluate_WithoutTheBatch_SaysHowToHandItOn()
    {
        using var scope = NewDisposeScope();
        using Objective objective = new Autoencoder().Create(Shape(), seed: 1).Single();
        Expect.ArgumentFault(() => objective.call(Output(5, 4, 6, null)), "output", "WithInput");
        Expect.ArgumentFault(() => objective.call(Output(5, 4, 6, rand(5, 3, 8, 4))), "output", "[5, 3, 8, 4]");
    }

    [Theory]
    [InlineData("AE")]
    [InlineData("VAE")]
    [InlineData("AAE")]
    public void Evaluate_Repeated_LeavesNoTensor(string name)
    {
        using Tensor input = rand(6, 3, 8, 8);
        using ConvEncoder encoder = Small(seed: 1);
        using var loss = new DimLoss([.. Method(name).Create(EncoderSignature.Of(encoder, input), seed: 1)]);
        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var scope = NewDisposeScope();
            loss.call(encoder.call(input).WithInput(input)).Total.backward();
        });
    }

    private static IRepresentationMethod Method(string name) => name switch
    {
        "AE" => new Autoencoder(),
        "VAE" => new VariationalAutoencoder(),
        _ => new AdversarialAutoencoder(),
    };

    /// <summary>KL(N(mean, deviation²) ‖ N(0, 1)) by the trapezoidal rule.</summary>
    private static double Divergence(double mean, double deviation)
    {
        const int Steps = 20_000;
        double low = mean - (12 * deviation), step = 24 * deviation / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double x = low + (i * step), z = (x - mean) / deviation;
            double density = Math.Exp(-z * z / 2) / (deviation * Math.Sqrt(2 * Math.PI));
            sum += density * ((-z * z / 2) - Math.Log(deviation) + (x * x / 2)) * step;
        }

        return sum;
    }

    private static EncoderSignature Shape()
    {
        using EncoderOutput output = Output(1, 4, 6, null);
        return EncoderSignature.Of(output, [3, 8, 8]);
    }

    private static EncoderOutput Output(long count, long units, long hidden, Tensor? input)
    {
        var output = new EncoderOutput(
            new LocalFeatureMap(rand(count, 2, 4)), randn(count, units), new Dictionary<string, Tensor> { ["fc"] = randn(count, hidden) });
        return input is null ? output : output.WithInput(input);
    }

    private static ConvEncoder Small(int seed) => new(
        new EncoderDescription
        {
            InputShape = [3, 8, 8],
            Layers = [Layer.Conv(16, 4, 2, 1).As("local", "conv"), Layer.Flatten(), Layer.Linear(32).As("fc"), Layer.Global(8)],
        },
        seed);

    private static Tensor Images(int count)
    {
        using var generator = new Generator(5);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter((randn(count, 3, 8, 8, generator: generator) * 0.5).clamp(-1, 1));
    }
}
