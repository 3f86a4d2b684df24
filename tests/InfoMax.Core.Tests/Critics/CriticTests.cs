using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Critics;

public sealed class CriticTests
{
    [Fact]
    public void Call_WrongArguments_SaysWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        using var critic = new SeparableCritic(6, 4, units: 8);
        var map = new LocalFeatureMap(rand(3, 6, 2, 2));
        Expect.ArgumentFault(() => critic.call(map, rand(3, 5)), "globals", "[N, 4]");
        Expect.ArgumentFault(() => critic.call(map, rand(2, 4)), "globals", "[3, D]");
        Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(3, 5, 2)), rand(3, 4)), "local", "[N, 6, *spatial]");
        Expect.ArgumentFault(() => critic.call(new LocalFeatureMap(rand(1, 6, 2)), rand(1, 4)), "globals", "at least 2 examples");
        Expect.ArgumentFault(() => critic.call(map, rand([3, 4], ScalarType.Float64)), "globals", "dtype");
        FluentActions.Invoking(() => new SeparableCritic(0, 4)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Steps_Repeated_LeakNoTensor()
    {
        using var separable = new SeparableCritic(6, 4, units: 8);
        using var concat = new GlobalConcatCritic(24, 4);
        using Tensor values = rand(3, 6, 2, 2), global = rand(3, 4);
        foreach (Critic critic in new Critic[] { separable, concat })
        {
            LiveTensors.ShouldNotGrow(50, () =>
            {
                using var scope = NewDisposeScope();
                using ScoreMatrix scores = critic.call(new LocalFeatureMap(values), global);
                new InfoNceEstimator().Objective(scores).backward();
                critic.zero_grad();
            });
        }
    }
}
