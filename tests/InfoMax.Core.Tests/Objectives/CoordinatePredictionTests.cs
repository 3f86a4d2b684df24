using InfoMax.Encoders;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

public sealed class CoordinatePredictionTests
{
    private static readonly long[] Map = [4, 3];

    public static TheoryData<bool> Both => new(false, true);

    [Fact]
    public void Absolute_ConstantEncoder_CannotDoBetterThanChance()
    {
        using var scope = NewDisposeScope();
        using var objective = new CoordinatePrediction(5, 6, Map, hiddenUnits: 32, seed: 1);
        var constant = new EncoderOutput(new LocalFeatureMap(ones(16, 5, 4, 3)), ones(16, 6));
        Train(objective, constant, 200).Loss.Should().BeApproximately(Math.Log(4) + Math.Log(3), 0.01, "every location looks the same");
    }

    [Fact]
    public void Relative_ConstantEncoder_LearnsTheDistributionOfOffsets()
    {
        using var scope = NewDisposeScope();
        using var objective = new CoordinatePrediction(5, 6, Map, relative: true, hiddenUnits: 32, seed: 1);
        var constant = new EncoderOutput(new LocalFeatureMap(ones(64, 5, 4, 3)), ones(64, 6));
        // The offset d of two uniform positions of M has probability (M − |d|)/M².
        static double Entropy(int m) =>
            -Enumerable.Range(1 - m, (2 * m) - 1).Sum(d =>
                (m - Math.Abs(d)) / (double)(m * m) * Math.Log((m - Math.Abs(d)) / (double)(m * m)));
        Train(objective, constant, 300).Loss.Should().BeApproximately(Entropy(4) + Entropy(3), 0.08);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Locations_ThatCarryTheirPosition_ArePredicted(bool relative)
    {
        using var scope = NewDisposeScope();
        using CoordinatePrediction objective = new CoordinatePrediction(5, 6, Map, relative, 64, seed: 1);
        using var generator = new Generator(2);
        Tensor rows = arange(4, dtype: ScalarType.Float32).view(1, 1, 4, 1).expand(32, 1, 4, 3),
            columns = arange(3, dtype: ScalarType.Float32).view(1, 1, 1, 3).expand(32, 1, 4, 3);
        var output = new EncoderOutput(new LocalFeatureMap(cat([rows, columns, randn([32, 3, 4, 3], generator: generator)], 1)),
            randn([32, 6], generator: generator));
        (double loss, double accuracy) = Train(objective, output, 300);
        loss.Should().BeLessThan(0.5);
        accuracy.Should().BeGreaterThan(0.85);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Gradients_ReachEncoderAndEveryParameterInAnyNumberOfDimensions(bool relative)
    {
        foreach (long[] shape in new long[][] { [7], [3, 2], [2, 3, 2] })
        {
            using var scope = NewDisposeScope();
            using CoordinatePrediction objective = new CoordinatePrediction(3, 4, shape, relative, 8, seed: 1);
            Tensor map = rand([5, 3, .. shape]).requires_grad_(true), code = rand(5, 4).requires_grad_(true);
            ObjectiveResult result = objective.call(new EncoderOutput(new LocalFeatureMap(map), code));
            result.Loss.backward();
            map.grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
            code.grad!.abs().sum().item<float>().Should().BeGreaterThan(0);
            ((nn.Module)objective).parameters().Should().OnlyContain(p => p.grad!.abs().sum().item<float>() > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Calls_WithAnotherMap_SayWhatWasExpectedAndNothingLeaks(bool relative)
    {
        using CoordinatePrediction objective = new CoordinatePrediction(3, 4, Map, relative, 8, seed: 1);
        objective.state_dict().Keys
            .Should().Contain(["network.global.weight", "network.local.weight", "network.first_norm.running_mean", "network.output.bias"]);
        using (NewDisposeScope())
        {
            Expect.ArgumentFault(() =>
                objective.call(new EncoderOutput(new LocalFeatureMap(rand(5, 3, 3, 4)), rand(5, 4))), "output", "[*, 3, 4, 3]");
            Expect.ArgumentFault(() =>
                objective.call(new EncoderOutput(new LocalFeatureMap(rand(5, 3, 4, 3)), rand(5, 4, 2))), "output", "[N, 4]");
        }

        Expect.ArgumentFault(() => _ = new CoordinatePrediction(3, 4, []), "spatialShape", "spatial size");
        using Tensor map = rand(5, 3, 4, 3).requires_grad_(true), code = rand(5, 4);
        LiveTensors.ShouldNotGrow(10, () =>
        {
            using var scope = NewDisposeScope();
            objective.call(new EncoderOutput(new LocalFeatureMap(map), code)).Loss.backward();
        });
    }

    private static (double Loss, double Accuracy) Train(CoordinatePrediction objective, EncoderOutput output, int steps)
    {
        using var optimizer = optim.Adam(((nn.Module)objective).parameters(), 1e-2);
        double loss = 0, accuracy = 0;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            ObjectiveResult result = objective.call(output);
            // The mean of the last steps: the sources of relative offsets are drawn anew.
            loss = (0.9 * loss) + (0.1 * result.Loss.item<float>());
            accuracy = (0.9 * accuracy) + (0.1 * result.Metrics["accuracy"].item<float>());
            optimizer.zero_grad();
            result.Loss.backward();
            optimizer.step();
        }

        return (loss, accuracy);
    }
}
