using InfoMax.Baselines.FewLabels;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using InfoMax.Evaluation.Tests;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests.FewLabels;

public sealed class LadderNetworkTests
{
    private static readonly EncoderDescription Description = new()
    {
        InputShape = [40, 1],
        Layers = [Layer.Conv(32, 1).As("local"), Layer.Flatten(), Layer.Linear(16), Layer.Global(8)],
    };

    private static readonly LadderNetwork Small = Make([1]);

    [Fact]
    public void Evaluate_FewLabels_LearnsMoreThanWithLabelsAloneInAsManySteps()
    {
        using LabeledData train = Data(512, seed: 1), test = Data(300, seed: 2);
        ProbeResult labelsAlone = new SupervisedBaseline
        {
            LabelCount = 8,
            BatchSize = 8,
            Epochs = 100,
            Repeats = 2,
            LearningRate = 5e-3,
            Seed = 7
        }.Evaluate(
            seed => new ConvEncoder(Description, seed), train, test);
        ProbeResult result = Small.Evaluate(Description, train, test), noiseAlone = Make([0]).Evaluate(
            Description, train, test);
        result.Mean.Should().BeGreaterThan(0.85).And.BeGreaterThan(labelsAlone.Mean + 0.1).And.BeGreaterThan(noiseAlone.Mean + 0.05);
        (result.LabelCount, result.TrainCount, result.Repeats, result.Probe, result.Feature, result.FeatureCount)
            .Should().Be((8, 512, 2, "ladder", "global", 8));
        result.ToString()
            .Should().ContainAll(
                "noise 0.3", "denoising 1,", "25 epochs of all examples", "8 with and 128 without labels", "8 of 512 labels");
    }

    [Fact]
    public void Evaluate_Images_RepeatsForASeed()
    {
        using LabeledData data = GeneratedImages.Make(96, seed: 1);
        using ConvEncoder encoder = GeneratedImages.Encoder(seed: 1);
        LadderNetwork brief = Make([1000, 10, 0.1], epochs: 3, unlabeled: 32), other = Make(
            [1000, 10, 0.1], epochs: 3, unlabeled: 32, seed: 6);
        ProbeResult first = brief.Evaluate(encoder.Description, data, data);
        first.Confusion
            .Should().BeEquivalentTo(brief.Evaluate(encoder.Description, data, data).Confusion, options => options.WithStrictOrdering());
        first.Confusion
            .Should().NotBeEquivalentTo(
                other.Evaluate(encoder.Description, data, data).Confusion, options => options.WithStrictOrdering());
    }

    [Fact]
    public void Evaluate_LayersWithoutAPlaceInALadder_AreNamed()
    {
        using LabeledData data = GeneratedImages.Make(20, seed: 1);
        EncoderDescription Of(params Layer[] layers) => new() { InputShape = [1, 16, 16], Layers = layers };
        Expect.ArgumentFault(
            () =>
                Small.Evaluate(
                    Of(Layer.Basic(8).As("local"), Layer.Of("silu", _ => nn.SiLU()), Layer.GlobalAveragePool(), Layer.Global(4)),
                    data,
                    data),
            "description", "layer 0, Basic(8", "layer 1, Of(\"silu\")", "no counterpart in the decoder");
        Expect.ArgumentFault(
            () => Small.Evaluate(Of(Layer.Unfold(8), Layer.Conv(4, 8), Layer.Fold().As("local"), Layer.Flatten(), Layer.Global(4)), data,
                data), "description", "Unfold(8)", "Fold()");
        Expect.ArgumentFault(
            () =>
                Small.Evaluate(Of(Layer.Conv(4, 3).As("local"), Layer.Flatten(), Layer.Linear(8, dropout: 0.1), Layer.Global(4)), data,
                    data), "description", "layer 2, Linear(8)", "dropout");
        Expect.ArgumentFault(
            () =>
                Small.Evaluate(Of(Layer.Conv(4, 3).As("local"), Layer.GlobalAveragePool(),
                    Layer.Global(4)) with
                { InputShape = [1, -1, 16] }, data, data), "description", "known sizes", "[1, *, 16]");
        Expect.ArgumentFault(
            () => Small.Evaluate(Of(Layer.Conv(4, 3), Layer.GlobalAveragePool(), Layer.Global(4)), data, data), "description", "\"local\"");
    }

    [Fact]
    public void Evaluate_WrongArguments_SaysWhatWasExpected()
    {
        using LabeledData data = Data(130, seed: 1), images = GeneratedImages.Make(20, seed: 1);
        Expect.ArgumentFault(() => Small.Evaluate(Description, images, data), "train", "[40, 1]", "[1, 16, 16]");
        Expect.ArgumentFault(() => Small.Evaluate(Description, data, images), "test", "[40, 1]", "[1, 16, 16]");
        Expect.ArgumentFault(
            () => Make([1, 1, 1, 1, 1, 1]).Evaluate(Description, data, data),
            "description",
            "at most 5",
            "got 6");
        Expect.ArgumentFault(
            () => Make([1], labelCount: 131).Evaluate(Description, data, data), "train", "LabelCount from 4", "130", "got 131");
        FluentActions.Invoking(() => Small.Evaluate(Description, data, data, new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
        Expect.ArgumentFault(() => _ = new LadderNetwork { NoiseDeviation = -0.1 }, "NoiseDeviation");
        Expect.ArgumentFault(() => _ = new LadderNetwork { DenoisingWeights = [] }, "DenoisingWeights", "none");
        Expect.ArgumentFault(() => _ = new LadderNetwork { DenoisingWeights = [1, double.NaN] }, "DenoisingWeights");
    }

    [Fact]
    public void Evaluate_Repeated_LeaksNoTensor()
    {
        using LabeledData data = Data(128, seed: 1);
        LiveTensors.ShouldNotGrow(2, () => Make([1], epochs: 1, repeats: 1).Evaluate(Description, data, data));
    }

    private static LadderNetwork Make(
        double[] weights, int labelCount = 8, int epochs = 25, int repeats = 2, int unlabeled = 128, int seed = 7) => new()
        {
            LabelCount = labelCount,
            BatchSize = 8,
            UnlabeledBatchSize = unlabeled,
            Epochs = epochs,
            Repeats = repeats,
            LearningRate = 5e-3,
            DenoisingWeights = weights,
            Seed = seed,
        };

    /// <summary>Four classes around centers in 40 dimensions, near enough to each other that eight labels do not tell where they
    /// are.</summary>
    private static LabeledData Data(int count, int seed)
    {
        (double[,] x, int[] y) = Blobs.Make(count, 40, 4, spread: 1.5, seed);
        using Tensor values = tensor(x), inputs = values.to(ScalarType.Float32).unsqueeze(2);
        return new LabeledData(inputs, y);
    }
}
