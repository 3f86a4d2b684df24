using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;

namespace InfoMax.Evaluation.Tests.Probes;

public sealed class NonlinearProbeTests
{
    [Fact]
    public void Evaluate_RateThatDiverges_Throws()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(60, 30, 20, 3, 3.0);
        using (train)
        using (test)
        {
            FluentActions.Invoking(() => new NonlinearProbe { LearningRate = 1e30, Epochs = 2, AveragedEpochs = 1 }.Evaluate(train, test))
                .Should().Throw<InvalidOperationException>().WithMessage("Training diverged*");
        }
    }
}
