using InfoMax.Baselines.FewLabels;
using InfoMax.Encoders;
using InfoMax.Randomness;
using InfoMax.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests.FewLabels;

public sealed class VirtualAdversarialLossTests
{
    [Fact]
    public void Perturbation_LinearSoftmax_FollowsTheDominantDirectionOfTheFisherMatrix()
    {
        using var scope = NewDisposeScope();
        using Linear linear = Classifier(6, 4);
        using Generator generator = new(1);
        Tensor inputs = randn([5, 6], ScalarType.Float64, generator: generator), target = LogProbabilities(linear, inputs);
        Tensor found = Loss(new() { Epsilon = 0.7, Xi = 1e-4, PowerIterations = 200 }, linear, seed: 3).Perturbation(inputs, target);
        for (int n = 0; n < 5; n++)
        {
            Tensor p = target[n].exp(), w = linear.weight!.detach();
            Tensor fisher = w.t().mm(p.diag() - p.outer(p)).mm(w);
            Tensor dominant = linalg.eigh(fisher).Item2.select(1, 5);
            Norms(found)[n].item<double>().Should().BeApproximately(0.7, 1e-12);
            Math.Abs(found[n].dot(dominant).item<double>() / 0.7).Should().BeGreaterThan(0.999);
        }
    }

    [Fact]
    public void Perturbation_OneIterationThroughAnEncoder_RaisesTheDivergenceMoreThanARandomDirection()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        using Linear head = nn.Linear(8, 3);
        Initialization.Reset(head, RandomStream.Of(2, "test"));
        encoder.eval();
        using Generator first = new(4), other = new(5);
        Tensor Logits(Tensor x) => head.call(encoder.call(x).Global);
        Tensor inputs = randn([32, 1, 16, 16], generator: other);
        Tensor target = nn.functional.log_softmax(Logits(inputs), 1).detach();
        Tensor found = new VirtualAdversarialLoss(new() { Epsilon = 1 }, [encoder, head], Logits, first).Perturbation(inputs, target);
        Tensor random = randn(inputs.shape, generator: other);
        random /= Norms(random).view(-1, 1, 1, 1);
        Norms(found).sub(1).abs().max().item<float>().Should().BeLessThan(1e-5f);
        Divergence(found).Should().BeGreaterThan(5 * Divergence(random));

        float Divergence(Tensor r) =>
            VirtualAdversarialLoss.Divergence(target, nn.functional.log_softmax(Logits(inputs + r), 1)).item<float>();
    }

    [Fact]
    public void Perturbation_Always_LeavesParametersAndTheirGradientsAlone()
    {
        using var scope = NewDisposeScope();
        using Linear linear = Classifier(6, 4);
        linear.bias!.requires_grad = false;
        linear.weight!.square().sum().backward();
        using Tensor weight = linear.weight.detach().clone(), gradient = linear.weight.grad!.clone();
        using Generator generator = new(1);
        Tensor inputs = randn([5, 6], ScalarType.Float64, generator: generator);
        Loss(new() { PowerIterations = 3 }, linear, seed: 3).Perturbation(inputs, LogProbabilities(linear, inputs)).requires_grad
            .Should().BeFalse();
        Same(linear.weight, weight).Should().BeTrue();
        Same(linear.weight.grad!, gradient).Should().BeTrue();
        ReferenceEquals(linear.bias.grad, null).Should().BeTrue();
        (linear.weight.requires_grad, linear.bias.requires_grad).Should().Be((true, false));
    }

    [Fact]
    public void Perturbation_WhereTheGradientVanishes_KeepsTheRadius()
    {
        using var scope = NewDisposeScope();
        using Linear linear = Classifier(6, 4);
        using Generator generator = new(1), noise = new(2);
        // The second example is on the flat side of the ReLU.
        Tensor inputs = randn([2, 6], ScalarType.Float64, generator: generator).abs() * tensor(new double[] { 1, -1 }).view(2, 1);
        Tensor Logits(Tensor x) => linear.call(nn.functional.relu(x));
        Tensor found = new VirtualAdversarialLoss(new() { Epsilon = 2, Xi = 1e-6 }, [linear], Logits, noise).Perturbation(
            inputs, nn.functional.log_softmax(Logits(inputs), 1).detach());
        Norms(found).sub(2).abs().max().item<double>().Should().BeLessThan(1e-12);
    }

    [Fact]
    public void Loss_Gradient_IsThatOfThePerturbedPredictionWithTheCleanOneAsTarget()
    {
        using var scope = NewDisposeScope();
        using Linear linear = Classifier(6, 4);
        using Generator generator = new(1);
        Tensor inputs = randn([5, 6], ScalarType.Float64, generator: generator), target = LogProbabilities(linear, inputs);
        VirtualAdversarialTraining options = new() { Epsilon = 0.7, Weight = 3 };
        Tensor moved = inputs + Loss(options, linear, seed: 3).Perturbation(inputs, target), perturbed = LogProbabilities(linear, moved);
        Tensor loss = Loss(options, linear, seed: 3).Loss(inputs);
        loss.backward();
        loss.item<double>().Should().BeApproximately(3 * (target.exp() * (target - perturbed)).sum(1).mean().item<double>(), 1e-12);
        Tensor expected = (perturbed.exp() - target.exp()).t().mm(moved).mul(3.0 / 5);
        (linear.weight!.grad! - expected).abs().max().item<double>().Should().BeLessThan(1e-12);
    }

    [Fact]
    public void Loss_WithEntropy_AddsTheMeanEntropyAndItsGradient()
    {
        using var scope = NewDisposeScope();
        using Linear linear = Classifier(6, 4);
        using Generator generator = new(1);
        Tensor inputs = randn([5, 6], ScalarType.Float64, generator: generator);
        Tensor without = Gradient(new(), out double value), with = Gradient(new() { EntropyWeight = 2 }, out double more);
        linear.zero_grad();
        Tensor log = nn.functional.log_softmax(linear.call(inputs), 1);
        Tensor entropy = (log.exp() * log).sum(1).mean() * -2;
        entropy.backward();
        (more - value).Should().BeApproximately(entropy.item<double>(), 1e-12);
        (with - without - linear.weight!.grad!).abs().max().item<double>().Should().BeLessThan(1e-12);

        Tensor Gradient(VirtualAdversarialTraining options, out double at)
        {
            linear.zero_grad();
            Tensor loss = Loss(options, linear, seed: 3).Loss(inputs);
            loss.backward();
            at = loss.item<double>();
            return linear.weight!.grad!.clone();
        }
    }

    [Fact]
    public void Accumulate_BatchNormalization_MovesNoRunningStatistic()
    {
        using var scope = NewDisposeScope();
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        using Linear head = nn.Linear(8, 3);
        using Generator generator = new(4), noise = new(5);
        encoder.train();
        Tensor inputs = randn([16, 1, 16, 16], generator: generator);
        _ = encoder.call(inputs);
        Dictionary<string, Tensor> before = encoder.named_buffers().ToDictionary(b => b.name, b => b.buffer.clone());
        before.Should().HaveCountGreaterThan(3);
        var options = new VirtualAdversarialTraining { EntropyWeight = 1, PowerIterations = 2 };
        new VirtualAdversarialLoss(options, [encoder, head], x => head.call(encoder.call(x).Global), noise).Accumulate(inputs);
        encoder.named_buffers().Should().OnlyContain(b => Same(b.buffer, before[b.name]));
        encoder.parameters().Should().OnlyContain(p => !ReferenceEquals(p.grad, null) && p.requires_grad);
    }

    [Fact]
    public void Perturbation_LogitsCutOffFromTheInputs_SaysSo()
    {
        using Linear linear = Classifier(6, 4);
        using var scope = NewDisposeScope();
        using Generator generator = new(1), noise = new(2);
        Tensor inputs = randn([5, 6], ScalarType.Float64, generator: generator);
        var loss = new VirtualAdversarialLoss(new(), [linear], x => linear.call(x.detach()), noise);
        FluentActions.Invoking(() => loss.Perturbation(inputs, LogProbabilities(linear, inputs)))
            .Should().Throw<InvalidOperationException>().WithMessage("*cuts it off*");
        linear.parameters().Should().OnlyContain(p => p.requires_grad);
    }

    [Fact]
    public void Accumulate_Repeated_LeaksNoTensor()
    {
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        using Linear head = nn.Linear(8, 3);
        using Generator noise = new(5);
        using Tensor inputs = ones([4, 1, 16, 16]);
        var loss = new VirtualAdversarialLoss(new() { EntropyWeight = 1 }, [encoder, head], x => head.call(encoder.call(x).Global), noise);
        LiveTensors.ShouldNotGrow(3, () => loss.Accumulate(inputs));
    }

    private static Linear Classifier(int inputs, int classes)
    {
        Linear linear = nn.Linear(inputs, classes, dtype: ScalarType.Float64);
        Initialization.Reset(linear, RandomStream.Of(11, "test"));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        linear.weight!.mul_(3);
        return linear;
    }

    private static bool Same(Tensor a, Tensor b) => a.eq(b).all().item<bool>();

    private static Tensor Norms(Tensor rows) => rows.flatten(1).square().sum(1).sqrt();

    private static Tensor LogProbabilities(Linear linear, Tensor inputs) => nn.functional.log_softmax(linear.call(inputs), 1).detach();

    private static VirtualAdversarialLoss Loss(VirtualAdversarialTraining options, Linear linear, ulong seed) =>
        new(options, [linear], linear.call, new Generator(seed));
}
