using InfoMax.Encoders;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests;

/// <summary>NAT: targets, their assignment, and what training does.</summary>
public sealed class NoiseTargetTests
{
    [Fact]
    public void Loss_AfterAssignment_IsTheLeastOverAllPermutations()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        using var objective = new NoiseTargetTerm(5, 3, seed: 4);
        Tensor targets = objective.state_dict()["targets"].clone();
        for (int trial = 0; trial < 20; trial++)
        {
            Tensor code = randn(5, 3, generator: generator), unit = code / code.norm(1, keepdim: true);
            double best = Permutations(5).Min(p => (unit - targets.index_select(0, tensor(p))).square().sum(1).mean().item<float>());
            objective.call(Output(code, [0, 1, 2, 3, 4])).Loss.item<float>().Should().BeApproximately((float)best, 1e-5f);
        }
    }

    [Fact]
    public void Assignment_OverManyBatches_StaysAPermutation()
    {
        using var scope = NewDisposeScope();
        using var objective = new NoiseTargetTerm(50, 4, seed: 4);
        var random = new Random(1);
        for (int step = 0; step < 40; step++)
        {
            using var inner = NewDisposeScope();
            long[] batch = [.. Enumerable.Range(0, 50).Select(i => (long)i).OrderBy(_ => random.Next()).Take(16)];
            objective.call(Output(randn(16, 4), batch));
        }

        long[] assignment = objective.state_dict()["assignment"].data<long>().ToArray();
        assignment.Should().OnlyHaveUniqueItems().And.HaveCount(50);
        assignment.Should().NotEqual(Enumerable.Range(0, 50).Select(i => (long)i), "targets have been exchanged");
    }

    [Fact]
    public void Targets_AreOnTheSphereAndOfTheSeed()
    {
        using var scope = NewDisposeScope();
        using NoiseTargetTerm one = new(40, 6, seed: 4), same = new(40, 6, seed: 4), other = new(40, 6, seed: 5);
        Tensor targets = one.state_dict()["targets"];
        targets.norm(1).sub(1).abs().max().item<float>().Should().BeLessThan(1e-5f);
        targets.equal(same.state_dict()["targets"]).all().item<bool>().Should().BeTrue();
        targets.equal(other.state_dict()["targets"]).all().item<bool>().Should().BeFalse();
    }

    [Fact]
    public void Evaluate_InEvaluationMode_MovesNothing()
    {
        using var scope = NewDisposeScope();
        using var objective = new NoiseTargetTerm(8, 4, seed: 4);
        objective.eval();
        objective.call(Output(randn(8, 4), [0, 1, 2, 3, 4, 5, 6, 7])).Metrics["moved"].item<float>().Should().Be(0);
        objective.state_dict()["assignment"].data<long>().ToArray().Should().Equal(0, 1, 2, 3, 4, 5, 6, 7);
    }

    [Fact]
    public void Trainer_WithNoiseAsTargets_DrawsCodesToTheirTargets()
    {
        using var generator = new Generator(1);
        using Tensor data = randn(64, 2, 8, generator: generator);
        using ConvEncoder encoder = new(
            new EncoderDescription
            {
                InputShape = [2, 8],
                Layers = [Layer.Conv(16, 4, 2, 1).As("local"), Layer.Flatten(), Layer.Linear(64), Layer.Global(4)],
            },
            seed: 1);
        using DimTrainer trainer = new DimTrainer(encoder, data).Objectives(new NoiseAsTargets())
            .Epochs(40).BatchSize(32).LearningRate(3e-3).Seed(1);
        TrainingResult result = trainer.Fit();
        double first = result.Epochs[0].Metrics["nat.loss"], last = result.Epochs[^1].Metrics["nat.loss"];
        last.Should().BeLessThan(first / 4);
        result.Epochs[0].Metrics["nat.moved"].Should().BeGreaterThan(result.Epochs[^1].Metrics["nat.moved"]);
    }

    [Fact]
    public void Evaluate_OfExamplesThatDoNotFit_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var objective = new NoiseTargetTerm(8, 4, seed: 4);
        Expect.ArgumentFault(() => objective.call(Output(randn(2, 4), null)), "output", "WithExampleIndices");
        Expect.ArgumentFault(() => objective.call(Output(randn(2, 4), [1, 1])), "output", "none twice");
        Expect.ArgumentFault(() => objective.call(Output(randn(2, 4), [1, 8])), "output", "[0, 8)");
        Expect.ArgumentFault(() => objective.call(Output(randn(2, 3), [1, 2])), "output", "[2, 3]");
        using var output = new EncoderOutput(new LocalFeatureMap(zeros(1, 2, 4)), zeros(1, 4));
        Expect.ArgumentFault(() => new NoiseAsTargets().Create(EncoderSignature.Of(output)), "shape", "number of examples");
    }

    [Fact]
    public void Evaluate_Repeated_LeavesNoTensor()
    {
        using Tensor code = randn(6, 4).requires_grad_(true), local = rand(6, 2, 4), examples = tensor(new long[] { 5, 3, 1, 0, 2, 7 });
        using var objective = new NoiseTargetTerm(8, 4, seed: 4);
        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var scope = NewDisposeScope();
            objective.call(new EncoderOutput(new LocalFeatureMap(local), code).WithExampleIndices(examples)).Loss.backward();
        });
    }

    private static EncoderOutput Output(Tensor code, long[]? examples)
    {
        var output = new EncoderOutput(new LocalFeatureMap(rand(code.shape[0], 2, 4)), code);
        return examples is null ? output : output.WithExampleIndices(tensor(examples));
    }

    private static IEnumerable<long[]> Permutations(int count) => count == 0
        ? [[]]
        : Permutations(count - 1).SelectMany(
            p => Enumerable.Range(0, count).Select(at => p.Take(at).Append(count - 1L).Concat(p.Skip(at)).ToArray()));
}
