using InfoMax.Baselines.FewLabels;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Baselines.Tests.FewLabels;

public sealed class VirtualAdversarialTrainingTests
{
    private static readonly VirtualAdversarialTraining Small = Make();

    [Fact]
    public void Evaluate_FewLabels_LearnsMoreThanWithLabelsAloneInAsManySteps()
    {
        using LabeledData train = GeneratedImages.Make(320, seed: 1), test = GeneratedImages.Make(240, seed: 2);
        ProbeResult labelsAlone =
            new SupervisedBaseline { LabelCount = 6, BatchSize = 6, Epochs = 75, Repeats = 2, LearningRate = 3e-3, Seed = 7 }.Evaluate(
            seed => GeneratedImages.Encoder(seed), train, test);
        ProbeResult result = Small.Evaluate(seed => GeneratedImages.Encoder(seed), train, test);
        result.Mean.Should().BeGreaterThan(0.9).And.BeGreaterThan(labelsAlone.Mean + 0.1);
        (result.LabelCount, result.TrainCount, result.Repeats, result.Probe, result.Feature, result.FeatureCount)
            .Should().Be((6, 320, 2, "virtual adversarial", "global", 8));
        result.ToString()
            .Should().ContainAll(
                "radius 3",
                "1 power iteration of step 0.01",
                "15 epochs of all examples",
                "6 with and 64 without labels",
                "6 of 320 labels");
    }

    [Fact]
    public void Evaluate_SameSeed_GivesTheSame()
    {
        using LabeledData data = GeneratedImages.Make(96, seed: 1);
        VirtualAdversarialTraining brief = Make(epochs: 3, entropyWeight: 0.5);
        brief.Evaluate(seed => GeneratedImages.Encoder(seed), data, data, "conv").Confusion.Should().BeEquivalentTo(
            brief.Evaluate(seed => GeneratedImages.Encoder(seed), data, data, "conv").Confusion, options => options.WithStrictOrdering());
    }

    [Fact]
    public void Evaluate_WrongArguments_SaysWhatWasExpected()
    {
        using LabeledData data = GeneratedImages.Make(70, seed: 1);
        Expect.ArgumentFault(() => Small.Evaluate(seed => GeneratedImages.Encoder(seed), data, data, "fc"), "feature", "conv", "\"fc\"");
        Expect.ArgumentFault(
            () => Make(labelCount: 2).Evaluate(seed => GeneratedImages.Encoder(seed), data, data),
            "train",
            "LabelCount from 3",
            "got 2");
        Expect.ArgumentFault(() => Small.Evaluate(_ => null!, data, data), "createEncoder", "null");
        Expect.ArgumentFault(
            () =>
                Small.Evaluate(
                    _ => new EncoderAdapter(nn.Identity(), nn.Flatten(), takesIndices: true), data, data), "createEncoder", "indices");
        FluentActions.Invoking(
            () => Small.Evaluate(seed => GeneratedImages.Encoder(seed), data, data, cancellationToken: new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Expect.ArgumentFault(() => _ = new VirtualAdversarialTraining { Epsilon = 0 }, "Epsilon");
        Expect.ArgumentFault(() => _ = new VirtualAdversarialTraining { Xi = double.NaN }, "Xi");
        Expect.ArgumentFault(() => _ = new VirtualAdversarialTraining { PowerIterations = 0 }, "PowerIterations");
        Expect.ArgumentFault(() => _ = new VirtualAdversarialTraining { Weight = double.PositiveInfinity }, "Weight");
        Expect.ArgumentFault(() => _ = new VirtualAdversarialTraining { EntropyWeight = -1 }, "EntropyWeight");
        Expect.ArgumentFault(() => _ = new VirtualAdversarialTraining { UnlabeledBatchSize = 1 }, "UnlabeledBatchSize");
    }

    [Fact]
    public void Evaluate_Repeated_LeaksNoTensor()
    {
        using LabeledData data = GeneratedImages.Make(64, seed: 1);
        LiveTensors.ShouldNotGrow(
            2, () => Make(epochs: 1, repeats: 1).Evaluate(seed => GeneratedImages.Encoder(seed), data, data));
    }

    [Fact]
    public void Steps_Always_GoThroughAllRowsOnceInAnEpochAndLabelTheDrawnOnesOnly()
    {
        using LabeledData data = GeneratedImages.Make(70, seed: 1);
        VirtualAdversarialTraining options = new() { BatchSize = 3, UnlabeledBatchSize = 10, Epochs = 4 };
        var run = new LabeledRun(Seed: 9, Rows: [2, 30, 31, 40, 41, 42, 69], data, data, Classes: 3, Feature: "global");
        LabeledStep[] steps = [.. options.Steps(run)];
        steps.Should().HaveCount(options.StepCount(run)).And.HaveCount(28);
        foreach (LabeledStep[] epoch in steps.Chunk(7))
        {
            epoch.SelectMany(step => step.Unlabeled).Should().BeEquivalentTo(Enumerable.Range(0, 70));
        }

        steps.Should().OnlyContain(step => step.Labeled.Length == 3 && step.Labeled.All(row => run.Rows.Contains(row)));
        foreach (LabeledStep[] pass in steps.Chunk(2))
        {
            pass.SelectMany(step => step.Labeled)
                .Should().OnlyHaveUniqueItems("a pass of two batches leaves one row out, but takes none twice");
        }

        steps.SelectMany(step => step.Labeled).Distinct().Should().HaveCount(7);
        run.Rows.Should().BeInAscendingOrder("the run's rows stay as they are");
    }

    private static VirtualAdversarialTraining Make(int labelCount = 6, int epochs = 15, int repeats = 2, double entropyWeight = 0) => new()
    {
        LabelCount = labelCount,
        BatchSize = 6,
        UnlabeledBatchSize = 64,
        Epochs = epochs,
        Repeats = repeats,
        LearningRate = 3e-3,
        Epsilon = 3,
        EntropyWeight = entropyWeight,
        Seed = 7,
    };
}
