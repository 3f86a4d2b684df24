using InfoMax.Foundation;
using InfoMax.Optimization;
using InfoMax.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Optimization;

public sealed class DescentTests : IDisposable
{
    private readonly Parameter _weight = new(tensor([3f, 4f]).DetachFromDisposeScope());

    public void Dispose() => _weight.Dispose();

    [Fact]
    public void Step_OfAParabola_FollowsTheScheduleAndTheFactor()
    {
        using var scope = NewDisposeScope();
        using var descent = new Descent(optim.SGD([_weight], 0.5), [_weight])
        { Schedule = LearningRateSchedule.Linear(), TotalSteps = 4, RateFactor = 0.5 };
        descent.Step(Half).item<float>().Should().Be(12.5f);
        descent.LearningRate.Should().Be(0.25);
        Weights().Should().Equal(2.25f, 3f);
        descent.Step(Half);
        descent.LearningRate.Should().Be(0.25 * 0.75);
        descent.Position.Should().Be(2);
    }

    [Fact]
    public void Step_WithALimitedNorm_ScalesTheGradient()
    {
        using var scope = NewDisposeScope();
        using var descent = new Descent(optim.SGD([_weight], 1.0), [_weight]) { MaxGradientNorm = 2.5 };
        descent.Try(Half).GradientNorm!.item<double>().Should().BeApproximately(5, 1e-9);
        Weights()[0].Should().BeApproximately(1.5f, 1e-5f);
        Weights()[1].Should().BeApproximately(2f, 1e-5f);
        descent.Try(Half);
        Weights()[0].Should().BeApproximately(0f, 1e-4f, "a norm of 2.5 is within the limit");
    }

    [Theory]
    [InlineData("loss")]
    [InlineData("gradient_norm")]
    public void Try_NumbersThatAreNotFinite_AppliesNothing(string name)
    {
        using var scope = NewDisposeScope();
        Tensor state = tensor([1f]);
        using var descent = new Descent(Descent.Adam([_weight], 0.1), [_weight]) { Snapshot = () => TensorCopies.Of(state) };
        DescentStep step = descent.Try(() =>
        {
            state.fill_(7f);
            // The square root has an infinite slope at 0.
            return name == "loss" ? _weight.sum() * double.NaN : (_weight - _weight.detach()).sqrt().sum();
        });
        step.Fault!.Value.Name.Should().Be(name);
        double.IsFinite(step.Fault!.Value.Value).Should().BeFalse();
        Weights().Should().Equal(3f, 4f);
        state.item<float>().Should().Be(1f);
        descent.Position.Should().Be(1);
        (_weight.grad is null || _weight.grad.count_nonzero().item<long>() == 0).Should().BeTrue();
    }

    [Fact]
    public void Try_ScoresThatAreNotFinite_IsAFaultOfTheLoss()
    {
        using var descent = new Descent(Descent.Adam([_weight], 0.1), [_weight]);
        descent.Try(() => throw new NonFiniteException("Expected finite values.", "x")).Fault!.Value.Name.Should().Be("loss");
        descent.Try(() => null).Fault!.Value.Name.Should().Be("loss");
        Weights().Should().Equal(3f, 4f);
    }

    [Fact]
    public void Step_NumbersThatAreNotFinite_Throws()
    {
        using var scope = NewDisposeScope();
        using var descent = new Descent(Descent.Adam([_weight], 0.1), [_weight]);
        descent.Step(Half);
        descent.Invoking(d => d.Step(() => _weight.sum() * double.PositiveInfinity)).Should().Throw<InvalidOperationException>()
            .WithMessage("Training diverged: the loss of step 2 is *lower learning rate*");
        descent.CheckWeights();
        using (no_grad())
        {
            _weight.fill_(float.NaN);
        }

        descent.Invoking(d => d.CheckWeights()).Should().Throw<InvalidOperationException>().WithMessage("Training diverged: weights*");
    }

    [Fact]
    public void Try_Canceled_DoesNothing()
    {
        using var descent = new Descent(Descent.Adam([_weight], 0.1), [_weight]) { Cancellation = new CancellationToken(canceled: true) };
        descent.Invoking(d => d.Try(() => throw new FormatException())).Should().Throw<OperationCanceledException>();
        descent.Position.Should().Be(0);
    }

    [Fact]
    public void Step_ManyTimes_LeavesNoTensorBehind()
    {
        using var descent = new Descent(Descent.Adam([_weight], 0.1), [_weight])
        {
            MaxGradientNorm = 0.1,
            Snapshot = () => TensorCopies.Of(_weight),
        };
        LiveTensors.ShouldNotGrow(5, () =>
        {
            using var step = NewDisposeScope();
            descent.Step(Half);
        });
    }

    private Tensor Half() => _weight.square().sum() / 2;

    private float[] Weights() => _weight.detach().data<float>().ToArray();
}
