using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Measures;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Measures;

public sealed class ReconstructionTests
{
    private static readonly Reconstruction Small = Make();

    [Fact]
    public void Evaluate_GeneratedImages_RebuildsThemAndRepeatsForASeed()
    {
        using LabeledData train = GeneratedImages.Make(192, seed: 1), test = GeneratedImages.Make(96, seed: 2);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        ReconstructionResult result = Small.Evaluate(encoder, train, test, "conv"), again = Small.Evaluate(
            encoder, train.Inputs, test.Inputs, "conv");
        result.SquaredErrors.Should().Equal(again.SquaredErrors);
        result.MultiScaleSimilarities.Should().Equal(again.MultiScaleSimilarities);
        (result.Scales, result.TestCount, result.FeatureCount, result.SquaredErrors.Count).Should().Be((2, 96, 256, 96));
        double variance = Variance(test);
        result.SquaredError.Should().BeLessThan(0.5 * variance, "it must know more than the mean image");
        result.Similarity.Should().BeInRange(0.4, 1);
        result.MultiScaleSimilarity.Should().BeInRange(0.4, 1);
        result.TrainingError.Should().BeInRange(0, variance);
        result.ToString()
            .Should().ContainAll("conv (256)", "MSE", "on 2 scale(s)", "96 test", "192 training", "seed 3", "12 epochs", "window 7");
    }

    [Fact]
    public void Fit_ThenReconstruct_GivesTheImagesThatWereMeasured()
    {
        using var scope = NewDisposeScope();
        using LabeledData train = GeneratedImages.Make(64, seed: 1), test = GeneratedImages.Make(10, seed: 2);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        encoder.train();
        string before = Fingerprint(encoder);
        using ReconstructionDecoder decoder =
            Make(epochs: 2).Fit(encoder, train.Inputs, test.Inputs, "global", out ReconstructionResult result);
        Tensor made = decoder.Reconstruct(encoder, test.Inputs), truth = test.Inputs.GetBatch([.. Enumerable.Range(0, 10)]);
        made.sub(truth).square().mean([1, 2, 3]).data<float>().ToArray().Select(v => (double)v).Zip(result.SquaredErrors)
            .Should().OnlyContain(p => Math.Abs(p.First - p.Second) < 1e-5);
        decoder.training.Should().BeFalse();
        encoder.training.Should().BeTrue();
        Fingerprint(encoder).Should().Be(before, "the encoder is frozen");
    }

    [Fact]
    public void Evaluate_WrongArguments_SaysWhatWasExpected()
    {
        using LabeledData images = GeneratedImages.Make(8, seed: 1), larger = GeneratedImages.Make(
            8, seed: 1, side: 20), odd = GeneratedImages.Make(8, seed: 1, side: 18);
        using LabeledData one = GeneratedImages.Make(1, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        Expect.ArgumentFault(() => Small.Evaluate(encoder, images, larger), "test", "[1, 16, 16]", "[1, 20, 20]");
        Expect.ArgumentFault(() => Small.Evaluate(encoder, odd, odd), "train", "[1, 18, 18]");
        Expect.ArgumentFault(() => Small.Evaluate(encoder, one, images), "train", "two", "got 1");
        Expect.ArgumentFault(() => Make(scales: 3).Evaluate(encoder, images, images), "train", "3 scale", "16×16");
        Expect.ArgumentFault(() => Small.Evaluate(encoder, images, images, "fc"), "feature", "\"fc\"", "conv");
        Expect.ArgumentFault(() => _ = new Reconstruction { Epochs = 0 }, "Epochs");
        Expect.ArgumentFault(() => _ = new Reconstruction { Scales = 6 }, "Scales");
        Expect.ArgumentFault(() => _ = new Reconstruction { DecayEpochs = [0] }, "DecayEpochs");
        FluentActions.Invoking(() => Small.Evaluate(encoder, images, images, cancellationToken: new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
        using Tensor bytes = full([8, 1, 16, 16], 200.0);
        using var unscaled = new LabeledData(bytes, [.. images.Labels]);
        Expect.ArgumentFault(() => Small.Evaluate(encoder, unscaled, images), "train", "[−1, 1]", "200");
        Expect.ArgumentFault(() => Small.Evaluate(encoder, images, unscaled), "test", "[−1, 1]", "200");
    }

    [Fact]
    public void ReferenceCode_HasItsSchedule()
    {
        Reconstruction published = Reconstruction.ReferenceCode();
        (published.LearningRate, published.BatchSize, published.Width, published.DecayFactor, published.Epochs)
            .Should().Be((1e-4, 64, 64, 0.1, 150));
        published.DecayEpochs.Should().Equal(50, 100);
    }

    [Fact]
    public void Evaluate_Repeated_LeaksNoTensor()
    {
        using LabeledData images = GeneratedImages.Make(40, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        LiveTensors.ShouldNotGrow(2, () => Make(epochs: 1).Evaluate(encoder, images, images));
    }

    private static double Variance(LabeledData data)
    {
        using var scope = NewDisposeScope();
        Tensor images = data.Inputs.GetBatch([.. Enumerable.Range(0, data.Count)]);
        return (images - images.mean([0], keepdim: true)).square().mean().item<float>();
    }

    private static string Fingerprint(Encoder encoder)
    {
        using var scope = NewDisposeScope();
        return string.Join(' ', encoder.state_dict().Select(v => $"{v.Key}={v.Value.to(ScalarType.Float64).sum().item<double>():R}"));
    }

    private static Reconstruction Make(int epochs = 12, int? scales = null) => new()
    {
        Epochs = epochs,
        BatchSize = 32,
        LearningRate = 5e-3,
        DecayEpochs = [8],
        Width = 4,
        Measure = new StructuralSimilarity { Window = 7 },
        Scales = scales,
        Seed = 3,
    };
}
