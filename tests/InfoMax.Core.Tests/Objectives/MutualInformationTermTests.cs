using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Randomness;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

/// <summary>DIM(L) with each estimator that representations may be trained with.</summary>
public sealed class MutualInformationTermTests
{
    public static TheoryData<string> Names =>
        new("jensen-shannon", "gan", "nwj", "reverse-kl", "squared-hellinger", "pearson-chi2", "total-variation", "donsker-varadhan",
            "mine", "smile", "infonce", "tuba", "interpolated", "flo");

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_OnARealisticBatch_FallsWithoutLeaking(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        // Sixteen images, each of a color of its own with some noise.
        Tensor images = randn([16, 3, 1, 1], generator: generator) + (randn([16, 3, 8, 8], generator: generator) * 0.3);
        MIEstimator estimator = Create(name);
        using var encoder = new EncoderAdapter(
            local: nn.Sequential(nn.Conv2d(3, 8, 4, stride: 2, bias: false), nn.ReLU()),
            global: nn.Sequential(nn.Flatten(), nn.Linear(8 * 9, 6)));
        using var objective = new LocalInfoMax(8, 6, estimator, units: 16, seed: 2);
        Initialization.Reset(encoder, RandomStream.Of(3, "test"));
        using var loss = new DimLoss(objective);
        using var optimizer = optim.Adam([.. ((nn.Module)encoder).parameters(), .. loss.parameters()], 2e-3);
        var losses = new List<double>();
        LiveTensors.ShouldNotGrow(60, () =>
        {
            using var step = NewDisposeScope();
            DimLossResult result = loss.call(encoder.call(images));
            losses.Add(result.Total.item<float>());
            optimizer.zero_grad();
            result.Total.backward();
            optimizer.step();
        });
        losses.Should().OnlyContain(l => double.IsFinite(l));
        losses.TakeLast(5).Average().Should().BeLessThan(losses.Take(5).Average() - 0.05, name);
    }

    [Fact]
    public void ScoreClip_BoundsTheScoresThatTheEstimatorSees()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var output = new EncoderOutput(new LocalFeatureMap(randn([8, 4, 2, 2], generator: generator).mul(50)),
            randn([8, 5], generator: generator).mul(50));
        double Nats(ScoreFunction? clip)
        {
            using var objective =
                new LocalInfoMax(new InfoMax.Critics.BilinearCritic(4, 5, seed: 1), new DonskerVaradhanEstimator()) { ScoreClip = clip };
            using ObjectiveResult result = objective.call(output);
            return Math.Abs(result.Loss.item<float>());
        }

        Nats(null).Should().BeGreaterThan(2.1, "scores are large");
        Nats(ScoreFunctions.SoftClip(1.0)).Should().BeLessThan(2.0, "a difference of scores between −1 and 1");
        FluentActions.Invoking(() => ScoreFunctions.SoftClip(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static MIEstimator Create(string name) => name switch
    {
        "flo" => new FloEstimator(16, 16, seed: 1),
        "tuba" => new TubaEstimator(Baseline.OfGlobal(16, seed: 1)),
        "interpolated" => new InterpolatedEstimator(0.2),
        "smile" => new SmileEstimator(),
        "mine" => new MineEstimator(),
        _ => Every.Estimator().First(e => e.Name == name),
    };
}
