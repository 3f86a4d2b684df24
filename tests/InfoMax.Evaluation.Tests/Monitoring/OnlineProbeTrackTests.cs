using InfoMax.Evaluation.Monitoring;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Monitoring;

public sealed class OnlineProbeTrackTests
{
    [Theory]
    [InlineData(1e-21)]
    [InlineData(1e-6)]
    [InlineData(1e25)]
    public void Learn_FeaturesInAnotherUnit_LearnsAsMuch(double unit)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor features = randn([64, 4], generator: generator), rows = arange(64, ScalarType.Int64);
        Tensor labels = features.select(1, 0).gt(0).to(ScalarType.Int64);
        double expected = Loss(features), found = Loss(features * unit);
        expected.Should().BeLessThan(0.3);
        found.Should().BeApproximately(expected, 1e-3);

        double Loss(Tensor seen)
        {
            using var track = new OnlineProbeTrack(seen, 2, 0.1, CPU);
            for (int step = 0; step < 60; step++)
            {
                track.Learn(seen, rows, labels);
            }

            using OnlineProbeTrack restored = track.To(CPU, 2, 0.1);
            using Tensor right = restored.Classify(seen).eq(labels).sum();
            right.item<long>().Should().BeGreaterThan(58);
            return track.Loss.item<float>();
        }
    }
}
