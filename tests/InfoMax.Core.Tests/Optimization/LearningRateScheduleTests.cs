using InfoMax.Encoders;
using InfoMax.Optimization;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Factor_OfEach_FollowsItsCurve()
    {
        LearningRateSchedule.Constant.Factor(7, 10).Should().Be(1);
        LearningRateSchedule cosine = LearningRateSchedule.Cosine(0.1), linear = LearningRateSchedule.Linear(0.2),
            steps = LearningRateSchedule.Steps(0.1, 0.5, 0.75);
        cosine.Factor(0, 100).Should().Be(1);
        cosine.Factor(50, 100).Should().BeApproximately(0.55, 1e-12);
        cosine.Factor(100, 100).Should().BeApproximately(0.1, 1e-12);
        Enumerable.Range(0, 100).Select(i => cosine.Factor(i, 100)).Should().BeInDescendingOrder();
        linear.Factor(0, 10).Should().Be(1);
        linear.Factor(5, 10).Should().BeApproximately(0.6, 1e-12);
        new[] { 0, 49, 50, 74, 75, 99 }.Select(i => Math.Round(steps.Factor(i, 100), 12)).Should().Equal(1, 1, 0.1, 0.1, 0.01, 0.01);
    }

    [Fact]
    public void WithWarmUp_RisesAndThenFollowsOverWhatIsLeft()
    {
        LearningRateSchedule schedule = LearningRateSchedule.Linear().WithWarmUp(4);
        Enumerable.Range(0, 6).Select(i => schedule.Factor(i, 14)).Should().Equal(0.25, 0.5, 0.75, 1, 1, 0.9);
        LearningRateSchedule.Constant.WithWarmUp(50).Factor(9, 10).Should().Be(0.2, "a run may be shorter than its warm-up");
    }

    [Fact]
    public void Arguments_OutOfRange_AreRefused()
    {
        FluentActions.Invoking(() => LearningRateSchedule.Cosine(1.5)).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("last");
        FluentActions.Invoking(() => LearningRateSchedule.Linear(double.NaN)).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("last");
        FluentActions.Invoking(() => LearningRateSchedule.Steps(0, 0.5)).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("factor");
        FluentActions.Invoking(() => LearningRateSchedule.Steps(0.5, 0.7, 0.6)).Should().Throw<ArgumentException>().WithParameterName("at");
        FluentActions.Invoking(() => LearningRateSchedule.Constant.WithWarmUp(0)).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("steps");
        FluentActions.Invoking(() => LearningRateSchedule.Custom((_, _) => -1).Factor(0, 1)).Should().Throw<InvalidOperationException>()
            .WithMessage("*got -1 for step 0 of 1*");
    }

    [Fact]
    public void Fit_WithASchedule_StepsAtItsRates()
    {
        using Tensor data = ToyTraining.Data();
        using Encoder encoder = ToyTraining.Encoder();
        var rates = new Rates();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 2).LearningRate(0.01)
            .Schedule(LearningRateSchedule.Custom((step, total) => (double)step / total)).Callback(rates);
        trainer.Fit();
        rates.Seen.Should().Equal(Enumerable.Range(0, 8).Select(i => 0.01 * (i / 8.0)));
        rates.Moved[0].Should().BeFalse("the first rate is 0");
        rates.Moved[1].Should().BeTrue();
    }

    [Fact]
    public void ClipGradients_LimitsTheStepOfPlainDescent()
    {
        using Tensor data = ToyTraining.Data();
        const double rate = 0.1, most = 0.01;
        using Encoder encoder = ToyTraining.Encoder(dropout: 0);
        var moves = new Rates();
        using DimTrainer trainer = ToyTraining.Trainer(encoder, data, 1).Optimizer(p => optim.SGD(p, rate)).ClipGradients(most)
            .Callback(moves);
        TrainingResult result = trainer.Fit();
        result.Epochs[0].Metrics["gradient_norm"].Should().BeGreaterThan(most, "the metric is the norm before clipping");
        moves.Distances[0].Should().BeLessThan((rate * most) + 1e-7).And.BePositive();
    }

    private sealed class Rates : TrainingCallback
    {
        private float[] _before = [];

        public List<double> Seen { get; } = [];

        public List<bool> Moved { get; } = [];

        public List<double> Distances { get; } = [];

        public override void OnStart(TrainingContext context) => _before = Weights(context);

        public override void OnStep(StepContext context)
        {
            float[] now = Weights(context.Run);
            Seen.Add(context.Run.LearningRate);
            Moved.Add(!now.SequenceEqual(_before));
            Distances.Add(Math.Sqrt(now.Zip(_before).Sum(p => Math.Pow((double)p.First - p.Second, 2))));
            _before = now;
        }

        private static float[] Weights(TrainingContext context)
        {
            using var scope = NewDisposeScope();
            return [.. context.Encoder.parameters().SelectMany(p => p.detach().flatten().data<float>().ToArray())];
        }
    }
}
