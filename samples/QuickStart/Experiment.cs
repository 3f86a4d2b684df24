using System.Diagnostics;
using System.Globalization;
using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Features;
using InfoMax.Priors;
using InfoMax.Training;
using Spectre.Console;

namespace InfoMax.QuickStart;

/// <summary>The main job: learn without labels, then show what was learned.</summary>
internal sealed class Experiment(QuickStartOptions options, IAnsiConsole console)
{
    /// <summary>Units of the critic's common space: 2048 in the paper, whose cost would be nine tenths of a step.</summary>
    private const int CriticUnits = 256;

    /// <summary>Locations of each image that a step compares, of the 64 that there are.</summary>
    private const int SampledLocations = 16;

    private const double LearningRate = 1e-3;

    /// <summary>Images to train on in all, if the number of epochs is left to us.</summary>
    private const int ImagesToSee = 42_000;

    private static readonly string[] Features = ["conv", "fc", "global"];

    public int Run(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using SampleData data = Read(cancellationToken);
        using InMemorySource images = data.Train.ToSource();
        using ConvEncoder encoder = CreateEncoder(data.Train, options.Seed);

        var stages = new List<(string Stage, TimeSpan Time)> { ("reading", clock.Elapsed) };
        FeatureCollection Extract(IBatchSource source, ImageSet set)
        {
            using LabeledData? labeled = set.HasLabels ? set.ToLabeled() : null;
            return labeled is null
                ? new FeatureExtractor().ExtractAll(encoder, source, Features, cancellationToken)
                : new FeatureExtractor().ExtractAll(encoder, labeled, Features, cancellationToken);
        }

        using InMemorySource? testImages = data.Test?.ToSource();
        using FeatureCollection trainBefore = Extract(images, data.Train);
        using FeatureCollection? testBefore = data.Test is null ? null : Extract(testImages!, data.Test);

        int epochs = options.Epochs ?? Math.Clamp(ImagesToSee / data.Train.Count, 5, 50);
        using DimTrainer trainer = new DimTrainer(encoder, images)
            .Local(new InfoNceEstimator(), units: CriticUnits, locations: SampledLocations)
            .Prior(Prior.Uniform, weight: 0.1)
            .LearningRate(LearningRate).Epochs(epochs).BatchSize(64).Seed(options.Seed);
        TrainingResult training = new TrainingDisplay(console).Run(progress => trainer.ReportTo(progress).Fit(cancellationToken));
        stages.Add(("learning without labels", training.Elapsed));
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Learned from [bold]{data.Train.Count}[/] images without labels in {training.Elapsed.TotalSeconds:F0} s: {training.StepCount} steps, {epochs} epochs.");
        if (training.StopReason == StopReason.Canceled)
        {
            return 130;
        }

        using FeatureCollection trainAfter = Extract(images, data.Train);
        using FeatureCollection? testAfter = data.Test is null ? null : Extract(testImages!, data.Test);
        ProbeTable? table = null;
        if (testAfter is not null)
        {
            TimeSpan start = clock.Elapsed;
            table = new Comparison(options, console).Run(data, (trainBefore, testBefore!), (trainAfter, testAfter), seed => CreateEncoder(data.Train, seed), cancellationToken);
            stages.Add(("probes and comparison", clock.Elapsed - start));
            ResultTables.Print(console, table);
        }

        var report = new ReportBuilder(options, data, table);
        string path = report.Write(training, trainBefore, testBefore, trainAfter, testAfter, stages, clock, cancellationToken);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Report: [link=file://{path}]{path}[/]   (whole run {clock.Elapsed.TotalSeconds:F0} s)");
        return 0;
    }

    private static ConvEncoder CreateEncoder(ImageSet images, int seed)
    {
        int channels = (int)images.Images.shape[1], side = (int)images.Images.shape[2];
        return side switch
        {
            28 => ConvEncoder.For28x28(channels, seed: seed),
            64 => ConvEncoder.For64x64(channels, seed: seed),
            _ => ConvEncoder.For32x32(channels, seed: seed),
        };
    }

    private SampleData Read(CancellationToken cancellationToken)
    {
        SampleData data = null!;
        console.Status().Start("Reading images…", status =>
        {
            data = SampleData.Read(options, new ReadProgress(status), cancellationToken);
        });
        string labels = data.Train.HasLabels ? $"{data.Train.ClassNames.Count} classes, kept from the learner" : "no labels";
        console.MarkupLineInterpolated($"[bold]{data.Name}[/]: {data.Train.Count} images to learn from, {data.Test?.Count ?? 0} to test on, {data.Train.Images.shape[2]}×{data.Train.Images.shape[3]} pixels, {labels}.");
        if (data.Train.Skipped.Count > 0)
        {
            console.MarkupLineInterpolated($"[yellow]Skipped {data.Train.Skipped.Count} files that could not be read, the first: {data.Train.Skipped[0].Name}: {data.Train.Skipped[0].Reason}[/]");
        }

        return data;
    }

    private sealed class ReadProgress(StatusContext status) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => status.Status($"Reading images… {value.Done} of {value.Total}");
    }
}
