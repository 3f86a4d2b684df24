using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class TwoViewEncoderTests
{
    [Fact]
    public void TrainedOnAugmentedImages_LowersTheLossAndIsItsInnerAfterwards()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor images = randn([64, 1, 7, 7], generator: generator).repeat_interleave(4, 2).repeat_interleave(4, 3).tanh();
        using var encoder = new TwoViewEncoder(ConvEncoder.For28x28(globalUnits: 8, seed: 1), new ImageAugmentation { MinArea = 0.6 },
            seed: 2);
        using DimTrainer trainer = new DimTrainer(encoder, images)
            .Add((shape, seed) => new TwoViewInfoMax(new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, 32, seed),
                new InfoNceEstimator(), seed: seed)
            { LocationSamples = 8 })
            .BatchSize(32).Epochs(8).LearningRate(1e-3);
        TrainingResult result = trainer.Fit();
        result.Epochs[^1].Metrics["views.loss"].Should().BeLessThan(result.Epochs[0].Metrics["views.loss"] - 0.2);
        encoder.call(images).Global.Equals(encoder.Inner.call(images).Global).Should().BeTrue();
        encoder.train();
        Tensor few = images[..4];
        LiveTensors.ShouldNotGrow(3, () => encoder.call(few).Dispose());
        using EncoderOutput views = encoder.call(few);
        views.Paired!.Global.shape.Should().Equal(views.Global.shape);
        views.Global.Equals(views.Paired.Global).Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OfCropsOfLargerImages_TrainsOnThemAndEvaluatesTheWhole(bool resized)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor images = randn([32, 1, 40, 40], generator: generator).tanh();
        Augmentation augmentation = resized ? new ImageAugmentation { Size = 28 } : Augmentation.RandomCrop(padding: 0, size: 28);
        using var encoder = new TwoViewEncoder(ConvEncoder.For28x28(globalUnits: 8, seed: 1), augmentation,
            seed: 2)
        { ExampleShape = [1, 40, 40] };
        encoder.InputShape.Should().Equal(1, 40, 40);
        using DimTrainer trainer = new DimTrainer(encoder, images)
            .Add((shape, seed) => new TwoViewInfoMax(new SeparableCritic(shape.LocalChannels, shape.GlobalUnits, 32, seed),
                new InfoNceEstimator(), seed: seed)
            { LocationSamples = 8 })
            .BatchSize(16).Epochs(2);
        trainer.Fit().StepCount.Should().Be(4);
        encoder.call(images).Global.Equals(encoder.Inner.call(augmentation.EvaluationView(images)).Global).Should().BeTrue();
        encoder.train();
        Tensor few = images[..4];
        LiveTensors.ShouldNotGrow(3, () => encoder.call(few).Dispose());
        encoder.eval();
        LiveTensors.ShouldNotGrow(3, () => encoder.call(few).Dispose());
        Expect.ArgumentFault(() => encoder.call(images[.., .., ..28, ..28]), "input", "[32, 1, 28, 28]");
        FluentActions.Invoking(() =>
            new TwoViewEncoder(ConvEncoder.For28x28(globalUnits: 8, seed: 1), new ImageAugmentation(),
                seed: 2)
            { ExampleShape = [1, 40, 40] })
            .Should().Throw<ArgumentException>().WithParameterName("ExampleShape").WithMessage("*[1, 28, 28]*[1, 40, 40]*");
    }
}
