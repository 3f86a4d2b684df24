using InfoMax.Training;

namespace InfoMax.Core.Tests.Training;

public sealed class TrainingResultTests
{
    [Fact]
    public void ToString_IsOneLineWithTheLastEpoch()
    {
        var metrics = new Dictionary<string, double> { ["total"] = -1.25, ["local.nats"] = 2 };
        var epoch = new EpochSummary(2, 40, metrics, TimeSpan.FromSeconds(3));
        epoch.ToString().Should().Be("epoch 2: 40 steps in 3.0 s: total -1.25, local.nats 2");
        new TrainingResult(
            StopReason.Completed, [epoch, epoch], 80, TimeSpan.FromSeconds(6.5), 7)
        { SkippedCount = 1, Checkpoint = "here" }.ToString()
            .Should().Be(
            "Completed after 80 steps in 6.5 s, seed 7, 1 batches skipped, checkpoint here; epoch 2: 40 steps in 3.0 s: total -1.25, "
            + "local.nats 2");
        new TrainingResult(StopReason.Canceled, [], 0, TimeSpan.Zero, 7).ToString().Should().Be("Canceled after 0 steps in 0.0 s, seed 7");
        new TrainingProgress(1, 3, 40, 120, 99.6, TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(122), metrics).ToString().Should().Be(
            "epoch 1 of 3, step 40 of 120, 100 examples/s, 1:01 so far, 2:02 left: total -1.25, local.nats 2");
    }
}
