using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

public sealed class SequenceInfoMaxTests
{
    [Fact]
    public void Loss_IsThatOfTheFollowingSteps()
    {
        using var scope = NewDisposeScope();
        Tensor map = rand(4, 3, 6), codes = rand(4, 5, 6);
        // Context 2, gap 1 and horizon 3 leave one time: the second.
        using var objective =
            new SequenceInfoMax(new BilinearCritic(3, 5, seed: 1), new InfoNceEstimator(), seed: 1)
            {
                MinContext = 2,
                Gap = 1,
                Horizon = 3
            };
        using var critic = new BilinearCritic(3, 5, seed: 1);
        double expected = -new InfoNceEstimator().Objective(
            critic.call(new LocalFeatureMap(map[.., .., 3..6]), codes[.., .., 1])).item<float>();
        using var output = new EncoderOutput(new LocalFeatureMap(map), codes);
        objective.call(output).Loss.item<float>().Should().BeApproximately((float)expected, 1e-5f);
        using var longer = new SequenceInfoMax(new BilinearCritic(3, 5, seed: 1), new InfoNceEstimator(), seed: 1)
        {
            MinContext = 3,
            Gap = 1,
            Horizon = 3
        };
        Expect.ArgumentFault(() => longer.call(output), "output", "at least 7 time steps", "[4, 3, 6]");
        using var single = new EncoderOutput(new LocalFeatureMap(map), rand(4, 5));
        Expect.ArgumentFault(() => objective.call(single), "output", "a global vector for each time");
    }

    [Fact]
    public void Times_AreDrawnOverTheWholeSequence()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor map = rand(4, 3, 6), codes = rand(4, 5, 6);
        using var output = new EncoderOutput(new LocalFeatureMap(map), codes);
        using var objective = new SequenceInfoMax(new BilinearCritic(3, 5, seed: 1), new InfoNceEstimator(), seed: 1) { Horizon = 2 };
        float[] values = [.. Enumerable.Range(0, 60).Select(_ => objective.call(output).Loss.item<float>()).Distinct()];
        values.Should().HaveCount(4, "the times 1 to 4 have two steps after them");
    }
}
