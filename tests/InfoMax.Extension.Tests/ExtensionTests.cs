using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Information;
using InfoMax.Objectives;
using InfoMax.Scores;
using InfoMax.Training;
using static TorchSharp.torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace InfoMax.Extension.Tests;

/// <summary>
/// Each part of the library written anew from outside, with the public API alone, and used in place of the built-in ones.
/// </summary>
public sealed class ExtensionTests
{
    public static TheoryData<string> Estimators => new("jeffreys", "own-divergence", "tempered", "tuba");

    [Theory]
    [MemberData(nameof(Estimators))]
    public void Trainer_WithPartsOfOnesOwn_Learns(string name)
    {
        manual_seed(1); // the encoder's layers draw their weights from the global generator
        using var encoder = new SequenceEncoder();
        MIEstimator estimator = Create(name);
        using DimTrainer trainer = new DimTrainer(encoder, new Waves(256, 20))
            .Add((shape, seed) => new LocalInfoMax(new DistanceCritic(shape.LocalChannels, shape.GlobalUnits), estimator, seed))
            .Prior(new BimodalPrior(), weight: 0.1)
            .Add((_, _) => new UnitVariance { Weight = 0.1 })
            .Epochs(12).BatchSize(32).LearningRate(2e-3).Seed(3);
        TrainingResult result = trainer.Fit();
        result.StopReason.Should().Be(StopReason.Completed);
        result.Epochs[^1].Metrics["local.loss"].Should().BeLessThan(result.Epochs[0].Metrics["local.loss"] - 0.02, name);
        result.Epochs[^1].Metrics.Should().ContainKeys("variance.mean", "prior.accuracy");
    }

    [Fact]
    public void Trainer_WithAMethodOfOnesOwn_HandsOnInputsAndNumbers()
    {
        manual_seed(1); // the encoder's layers draw their weights from the global generator
        using var encoder = new SequenceEncoder();
        using DimTrainer trainer = new DimTrainer(encoder, new Waves(256, 20)).Objectives(new WaveMethod())
            .Epochs(12).BatchSize(32).LearningRate(1e-2).Seed(3);
        TrainingResult result = trainer.Fit();

        // Codes that know nothing of the input leave the variance of the frequencies, 0.75, and more.
        result.Epochs[^1].Metrics["wave.loss"].Should().BeLessThan(0.1);
    }

    [Fact]
    public void Estimators_OfOnesOwn_StreamWithTheGradientsOfTheDenseForm()
    {
        foreach (MIEstimator estimator in new[] { Create("jeffreys"), Create("own-divergence"), Create("tempered"), Create("tuba") })
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(1);
            Tensor g = randn([600, 3, 2], dtype: ScalarType.Float64, generator: generator).div(2).requires_grad_(true);
            Tensor x = randn([600, 3, 2], dtype: ScalarType.Float64, generator: generator).requires_grad_(true);
            using ScoreMatrix factored = ScoreMatrix.Factored(g, x, new StreamingOptions { TileBytes = 1 << 16 });
            using ScoreMatrix dense = ScoreMatrix.Dense(factored.ToDense(), factored.GlobalVectors(), factored.LocalVectors());
            IList<Tensor> expected = autograd.grad([estimator.Objective(dense)], [g, x]), actual = autograd.grad(
                [estimator.Objective(factored)], [g, x]);
            for (int i = 0; i < 2; i++)
            {
                ((actual[i] - expected[i]).abs().max() / expected[i].abs().max()).item<double>().Should().BeLessThan(1e-10, estimator.Name);
            }
        }
    }

    [Fact]
    public void Estimate_OfATaskOfOnesOwn_IsRight()
    {
        var options = new MutualInformationOptions { MaxSteps = 400, CheckEvery = 50, LearningRate = 2e-3 };
        MutualInformation.Estimate(new CoinTask(), new TemperedEstimator(), 1000, options).Value.Should().BeInRange(0.5, 0.72);
        MutualInformationOptions distances = options with { Critic = (x, y, _) => new DistanceCritic(x, y) };
        MutualInformation.Estimate(new CoinTask(), OwnEstimators.Jeffreys(), 1000, distances).Value.Should().BeInRange(
            0.3, 0.75);
    }

    [Fact]
    public void Encoder_WithALayerAndInitialWeightsOfOnesOwn_IsBuiltFromItsDescription()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ConvEncoder(new EncoderDescription
        {
            InputShape = [2, -1],
            Layers =
            [
                Layer.Conv(4, kernel: 3, norm: false, activation: false),
                Layer.Of("prelu", shape => nn.PReLU(shape[0])).As("local"),
                Layer.GlobalAveragePool(), Layer.Global(
                    3),
            ],
            Weights = new ConstantWeights(0.25),
        });
        using EncoderOutput output = encoder.call(ones(2, 2, 10));
        output.Local.Values.shape.Should().Equal(2, 4, 8);
        // Six weights of a quarter and a bias of a quarter, four times, and a bias.
        output.Global.eq((4 * 1.75 * 0.25) + 0.25).all().item<bool>().Should().BeTrue();
    }

    private static MIEstimator Create(string name) => name switch
    {
        "jeffreys" => OwnEstimators.Jeffreys(),
        "own-divergence" => OwnEstimators.Tanh(),
        "tempered" => new TemperedEstimator(),
        _ => new TubaEstimator(new MeanBaseline()),
    };
}
