using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

public sealed class CrossModalInfoMaxTests
{
    [Fact]
    public void Loss_IsTheSymmetricCrossEntropyOfTheScores()
    {
        using var scope = NewDisposeScope();
        using EncoderOutput first = Output(5), second = Output(5);
        using var objective = new CrossModalInfoMax(new BilinearCritic(4, 4, seed: 1), new InfoNceEstimator());
        using var critic = new BilinearCritic(4, 4, seed: 1);
        Tensor scores = critic.call(new LocalFeatureMap(second.Global.unsqueeze(2)), first.Global).ToDense().view(5, 5),
            right = arange(5, dtype: ScalarType.Int64);
        double expected = (nn.functional.cross_entropy(scores, right) + nn.functional.cross_entropy(scores.t(), right)).item<float>() / 2;
        objective.call(With(first, second)).Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        using var few = new CrossModalInfoMax(new ConcatCritic(4, 4, 8) { NegativesPerPositive = 2 }, new InfoNceEstimator());
        FluentActions.Invoking(() => few.call(With(first, second))).Should()
            .Throw<InvalidOperationException>().WithMessage("*ConcatCritic*");
    }

    [Fact]
    public void OfAPairedSource_AreLearnedAndMatched()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor hidden = randn([256, 3], generator: generator);
        Tensor mixX = randn([3, 10], generator: generator), mixY = randn([3, 2 * 6], generator: generator);
        using var x = new InMemorySource((hidden.mm(mixX) + randn([256, 10], generator: generator) * 0.1).unsqueeze(1));
        using var y = new InMemorySource((hidden.mm(mixY) + randn([256, 12], generator: generator) * 0.1).view(256, 2, 6));
        var source = new PairedSource(x, y);
        source.ExampleShape.Should().Equal(22L);
        using var encoder = new PairedEncoder(Sequence(1, 10, 1), Sequence(2, 6, 2));
        using DimTrainer trainer = new DimTrainer(encoder, source)
            .Add((shape, seed) => new CrossModalInfoMax(shape.GlobalUnits, shape.Paired!.GlobalUnits, new InfoNceEstimator(), units: 16,
                seed))
            .BatchSize(64).Epochs(25).LearningRate(3e-3).Seed(1);
        TrainingResult result = trainer.Fit();
        result.Epochs[^1].Metrics["modalities.nats"].Should().BeGreaterThan(1.5, "chance is 0, the ceiling log 64 = 4.16");
        using EncoderOutput output = encoder.call(source.GetBatch([0, 1, 2]));
        output.Features.Keys.Should().BeEquivalentTo("global", "second.global");
        output.Features["second.global"].Should().BeSameAs(output.Paired!.Global);
        (output.Paired.Local.Channels, output.Paired.Local.Locations).Should().Be((4L, 5L));
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using Tensor batch = source.GetBatch([0, 1, 2]);
            encoder.call(batch).Dispose();
        });

        static EncoderAdapter Sequence(int channels, int length, int seed)
        {
            random.manual_seed(seed);
            return new(nn.Sequential(nn.Conv1d(channels, 4, 2, bias: false), nn.ReLU()),
                nn.Sequential(nn.Flatten(), nn.Linear(4 * (length - 1), 5)), [channels, length]);
        }
    }

    private static EncoderOutput Output(int count) => new(new LocalFeatureMap(rand(count, 3, 6)), rand(count, 4));

    private static EncoderOutput With(EncoderOutput first, EncoderOutput second) =>
        new(first.Local, first.Global, first.Features) { Paired = second };
}
