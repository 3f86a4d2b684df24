using InfoMax.Baselines.FewLabels;
using InfoMax.Encoders;
using InfoMax.Encoders.Layers;
using InfoMax.Tests.Support;
using TorchSharp;
using static InfoMax.Baselines.Tests.FewLabels.NaiveLadder;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests.FewLabels;

public sealed class LadderModelTests
{
    /// <summary>Odd sizes that windows do not divide, every kind of layer, no padding and some.</summary>
    private static readonly EncoderDescription Odd = new()
    {
        InputShape = [3, 13, 10],
        Layers =
        [
            Layer.Conv(4, 3, stride: 2).As("local"), Layer.MaxPool(2), Layer.Conv(5, 2, stride: 3, padding: 1),
            Layer.AveragePool(2, stride: 1, padding: 1), Layer.Flatten(), Layer.Linear(7), Layer.Global(3),
        ],
    };

    [Fact]
    public void Combinator_AtFirst_GivesZeroAndHasOnesInFrontOfWhatComesFromAbove()
    {
        using var scope = NewDisposeScope();
        using var combinator = new GaussianCombinator(4);
        double[] start = [.. combinator.parameters().Single().sum(1).data<float>().Select(v => (double)v)];
        start.Should().Equal(0, 4, 0, 0, 0, 0, 4, 0, 0, 0);
        combinator.call(ones(2, 4), ones(2, 4)).abs().sum().item<float>().Should().Be(0);
    }

    [Fact]
    public void Combinator_Always_IsThePublishedFunction()
    {
        using var scope = NewDisposeScope();
        using var combinator = new GaussianCombinator(1);
        double[] a = Randomize(combinator, seed: 3).Single();
        (double z, double u) = (0.7, -1.3);
        combinator.call(tensor((float)z).view(1, 1), tensor((float)u).view(1, 1)).item<float>()
            .Should().BeApproximately((float)Combined(a, z, u), 1e-5f);
    }

    [Fact]
    public void NoisyLogits_WithoutNoise_AreThoseWithoutNoise()
    {
        using var scope = NewDisposeScope();
        using LadderModel model = Model(Odd, deviation: 0);
        Tensor inputs = Inputs(6, 3, 13, 10);
        model.NoisyLogits(inputs).sub(model.call(inputs)).abs().max().item<float>().Should().Be(0);
    }

    [Fact]
    public void NoisyLogits_WithNoise_DependOnTheSeed()
    {
        using var scope = NewDisposeScope();
        Tensor inputs = Inputs(6, 3, 13, 10);
        Tensor First()
        {
            using LadderModel model = Model(Odd, deviation: 0.3);
            return model.NoisyLogits(inputs);
        }

        First().sub(First()).abs().max().item<float>().Should().Be(0);
        using LadderModel one = Model(Odd, deviation: 0.3);
        one.NoisyLogits(inputs).sub(one.NoisyLogits(inputs)).abs().max().item<float>().Should().BeGreaterThan(0.01f, "the noise goes on");
    }

    [Fact]
    public void Costs_TinyNetworkWithoutNoise_AreThoseByHand()
    {
        using var scope = NewDisposeScope();
        LadderStep[] steps =
            [
                new(LadderKind.Linear, [3], [2], default, Rectified: true, Weights: null),
                new(LadderKind.Linear, [2], [2], default, Rectified: false, Weights: null),
            ];
        using var model = new LadderModel(steps, [1, 1, 1], 0, WeightInitialization.PyTorch, seed: 4);
        Randomize(model, seed: 5);
        Tensor inputs = Inputs(4, 3);
        Dictionary<string, double[]> p = model.named_parameters().ToDictionary(
            v => v.name, v => v.parameter.detach().reshape(-1).data<float>().Select(f => (double)f).ToArray());
        double[][] x = Rows(inputs);

        (double[][] z1, double[] m1, double[] s1) = Normalized(Times(x, p["level_1.up.weight"], 2));
        double[][] h1 = [.. z1.Select(row => row.Select((z, i) => Math.Max(0, z + p["level_1.shift"][i])).ToArray())];
        (double[][] z2, double[] m2, double[] s2) = Normalized(Times(h1, p["level_2.up.weight"], 2));
        double[][] top = [.. z2.Select(row => Softmax([.. row.Select((z, i) => (z + p["level_2.shift"][i]) * p["level_2.scale"][i])]))];
        double[][] r2 = Combined(p["combine_2.weights"], z2, Normalized(top).Values);
        double[][] r1 = Combined(p["combine_1.weights"], z1, Normalized(Times(r2, p["level_2.down.weight"], 2)).Values);
        double[][] r0 = Combined(p["combine_0.weights"], x, Normalized(Times(r1, p["level_1.down.weight"], 3)).Values);

        IReadOnlyDictionary<int, Tensor> costs = model.Costs(inputs);
        costs.Keys.Should().BeEquivalentTo([0, 1, 2]);
        costs[2].item<float>().Should().BeApproximately((float)Cost(r2, z2, m2, s2), 1e-4f);
        costs[1].item<float>().Should().BeApproximately((float)Cost(r1, z1, m1, s1), 1e-4f);
        costs[0].item<float>().Should().BeApproximately((float)Cost(r0, x, [0, 0, 0], [1, 1, 1]), 1e-4f);
        model.DenoisingLoss(inputs).item<float>().Should().BeApproximately(costs.Values.Sum(c => c.item<float>()), 1e-4f);
    }

    [Fact]
    public void DenoisingLoss_Gradient_IsThatOfDifferencesAndReachesEveryParameter()
    {
        using var scope = NewDisposeScope();
        using LadderModel model = Model(Odd, deviation: 0);
        Randomize(model, seed: 5, around: 0.5);
        model.to(ScalarType.Float64);
        Tensor inputs = Inputs(6, 3, 13, 10).to(ScalarType.Float64);
        (model.DenoisingLoss(inputs) + model.NoisyLogits(inputs).square().sum()).backward();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.named_parameters())
        {
            ReferenceEquals(parameter.grad, null).Should().BeFalse(name);
            parameter.grad!.isfinite().all().item<bool>().Should().BeTrue(name);
            parameter.grad.abs().max().item<double>().Should().BeGreaterThan(0, name);
            Tensor flat = parameter.detach().view(-1);
            long at = parameter.numel() / 2;
            double value = flat[at].item<double>(), h = 1e-6;
            double difference = (Value(h) - Value(-h)) / (2 * h);
            parameter.grad.view(-1)[at].item<double>().Should().BeApproximately(difference, 1e-4 * (1 + Math.Abs(difference)), name);

            double Value(double step)
            {
                using var noGrad = no_grad();
                flat[at] = tensor(value + step);
                double loss = (model.DenoisingLoss(inputs) + model.NoisyLogits(inputs).square().sum()).item<double>();
                flat[at] = tensor(value);
                return loss;
            }
        }
    }

    [Fact]
    public void Descend_OddSizes_GivesTheShapeBelow()
    {
        EncoderDescription line = new()
        {
            InputShape = [2, 17],
            Layers =
                [
                    Layer.Conv(3, 4, stride: 3, padding: 1).As("local"),
                    Layer.MaxPool(3, stride: 2, padding: 1),
                    Layer.GlobalAveragePool(),
                    Layer.Global(3),
                ],
        };
        EncoderDescription volume = new()
        {
            InputShape = [1, 7, 6, 5],
            Layers = [Layer.Conv(2, 3, stride: 2, padding: 1).As("local"), Layer.AveragePool(2), Layer.Conv(4, 1).As("global")],
        };
        foreach (EncoderDescription description in new[] { Odd, line, volume })
        {
            using var scope = NewDisposeScope();
            using Generator generator = new(1);
            foreach (LadderStep step in LadderStep.Of(description, classes: 4))
            {
                using var level = new LadderLevel(step, isTop: false, decodes: true, WeightInitialization.PyTorch, generator);
                Tensor up = level.Rise(zeros([2, .. step.Below]));
                up.shape.Should().Equal([2, .. step.Shape], step.ToString());
                level.Descend(up).shape
                    .Should().Equal(step.Flattens ? [2, step.Below.Aggregate((a, b) => a * b)] : [2, .. step.Below], step.ToString());
            }

            using LadderModel model = Model(description, deviation: 0.3);
            Tensor inputs = Inputs([5, .. description.InputShape]);
            model.Costs(inputs).Values.Should().OnlyContain(cost => cost.isfinite().item<bool>());
            model.eval();
            model.call(inputs).shape.Should().Equal(5, 4);
        }
    }

    [Fact]
    public void Descend_Pool_RepeatsTheNearestValue()
    {
        using var scope = NewDisposeScope();
        using Generator generator = new(1);
        var step = new LadderStep(LadderKind.MaxPool, [1, 5], [1, 2], new Window(2, 2, 0), Rectified: false, Weights: null);
        using var level = new LadderLevel(step, isTop: false, decodes: true, WeightInitialization.PyTorch, generator);
        level.Descend(tensor(new float[] { 1, 2 }).view(1, 1, 2)).data<float>().Should().Equal(1, 1, 1, 2, 2);
    }

    [Fact]
    public void Model_WeightsAtTheTopOnly_HasNoDecoderBelow()
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<LadderStep> steps = LadderStep.Of(Odd, classes: 4);
        using var gamma = new LadderModel(steps, [0, 0, 0, 0, 0, 0, 0, 2], 0.3, WeightInitialization.PyTorch, seed: 1);
        gamma.Costs(Inputs(6, 3, 13, 10)).Keys.Should().Equal(7);
        gamma.named_parameters().Select(p => p.name).Where(name => name.Contains("combine") || name.Contains("down"))
            .Should().Equal("combine_7.weights");
        using var none = new LadderModel(steps, [0, 0, 0, 0, 0, 0, 0, 0], 0.3, WeightInitialization.PyTorch, seed: 1);
        none.DenoisingLoss(Inputs(6, 3, 13, 10)).item<float>().Should().Be(0);
        none.named_buffers().First(b => b.name == "level_1.running_mean").buffer.abs().sum().item<float>()
            .Should().BeGreaterThan(0, "test examples are normalized by it");
    }

    [Fact]
    public void Model_AfterManyBatches_PredictsInEvaluationAsInTraining()
    {
        using var scope = NewDisposeScope();
        using LadderModel model = Model(Odd, deviation: 0.3);
        Tensor inputs = Inputs(192, 3, 13, 10), training = model.call(inputs);
        model.call(inputs).std().item<float>().Should().BeGreaterThan(0.5f, "logits are of normalized units");
        for (int i = 0; i < 110; i++)
        {
            using var step = NewDisposeScope();
            using var noGrad = no_grad();
            model.DenoisingLoss(inputs);
        }

        model.eval();
        model.to(ScalarType.Float64);
        model.call(inputs.to(ScalarType.Float64)).sub(training).abs().max().item<double>()
            .Should().BeLessThan(0.06, "running variances are those of a sample, n / (n − 1) times as large");
    }

    [Fact]
    public void Costs_Repeated_LeakNoTensor()
    {
        using LadderModel model = Model(Odd, deviation: 0.3);
        using Tensor inputs = Inputs(6, 3, 13, 10);
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using var scope = NewDisposeScope();
            (model.DenoisingLoss(inputs) + model.NoisyLogits(inputs).sum()).backward();
        });
    }

    private static LadderModel Model(EncoderDescription description, double deviation)
    {
        IReadOnlyList<LadderStep> steps = LadderStep.Of(description, classes: 4);
        return new LadderModel(steps, [.. Enumerable.Repeat(1.0, steps.Count + 1)], deviation, description.Weights, seed: 1);
    }

    private static Tensor Inputs(params long[] shape)
    {
        using Generator generator = new(8);
        return randn(shape, generator: generator);
    }

    /// <summary>Overwrites every parameter with N(around, 0.5²), so that nothing vanishes as it does at first.</summary>
    private static List<double[]> Randomize(nn.Module module, ulong seed, double around = 0)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = new(seed);
        var values = new List<double[]>();
        foreach (TorchSharp.Modules.Parameter parameter in module.parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: generator).mul(0.5).add(around));
            values.Add([.. parameter.reshape(-1).data<float>().Select(v => (double)v)]);
        }

        return values;
    }

    private static double[][] Rows(Tensor values) =>
        [.. Enumerable.Range(0, (int)values.shape[0]).Select(n => values[n].data<float>().Select(v => (double)v).ToArray())];
}
