using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.QuickStart;
using InfoMax.Samples.Shared;
using InfoMax.Training;
using Spectre.Console;

namespace InfoMax.Samples.PaperObjectives;

/// <summary>Trains and probes every row for every seed, and writes the table.</summary>
internal sealed class Experiment(Settings settings, IAnsiConsole console)
{
    private const int BatchSize = 64;

    private const double LearningRate = 1e-3;

    public int Run(CancellationToken cancellation)
    {
        using SampleData data = SampleData.Read(settings.Data, new Progress<InfoMax.Datasets.DatasetProgress>(), cancellation);
        using LabeledData train = data.Train.ToLabeled(), test = (data.Test ?? throw new ArgumentException("The probes need labeled images, and these have none.")).ToLabeled();
        if (data.Train.Images.shape[2] != 32 || data.Train.Images.shape[3] != 32)
        {
            throw new ArgumentException($"Expected images of 32×32 pixels, got {data.Train.Images.shape[2]}×{data.Train.Images.shape[3]}.");
        }

        string name = $"{data.Name}, {train.Count} images";
        var file = new ResultLines<RunResult>(settings.Results);
        Dictionary<(string, string, int, int, int), RunResult> results = [];
        foreach (RunResult result in file.Read())
        {
            results[result.Key] = result;
        }

        Variant[] rows = [.. Variants.All.Where(v => settings.Only is null || v.Name.Contains(settings.Only, StringComparison.OrdinalIgnoreCase))];
        (Variant Row, int Seed)[] todo =
        [
            .. from seed in Enumerable.Range(1, settings.Seeds)
               from row in rows
               where !results.ContainsKey((name, row.Name, seed, settings.Epochs, settings.Labels))
               select (row, seed),
        ];
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{name}[/], {test.Count} to test on; {todo.Length} runs to do.");
        foreach ((Variant row, int seed) in todo)
        {
            RunResult result = RunOne(name, row, seed, data, train, test, cancellation);
            results[result.Key] = result;
            file.Add(result);
            console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"{row.Name}, seed {seed}: {string.Join(", ", result.Accuracies.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Key} {100 * a.Value:F1}")))} ({result.Seconds:F0} s)");
        }

        var table = new ResultTable(
            [.. rows.Select(r => (r.Name, (IReadOnlyList<RunResult>)[.. results.Values.Where(v => v.Variant == r.Name && v.Data == name && v.Epochs == settings.Epochs && v.Labels == settings.Labels && v.Seed <= settings.Seeds)]))]);
        table.Print(console);
        File.WriteAllText(settings.Table, table.ToMarkdown());
        console.MarkupLineInterpolated($"Table: {settings.Table}");
        return 0;
    }

    private RunResult RunOne(string name, Variant row, int seed, SampleData data, LabeledData train, LabeledData test, CancellationToken cancellation)
    {
        using Encoder encoder = row.Encoder((int)data.Train.Images.shape[1], seed);
        double seconds = 0;
        if (row.Train is not null)
        {
            using DimTrainer trainer = new DimTrainer(encoder, train.Inputs).BatchSize(BatchSize).Epochs(settings.Epochs).LearningRate(LearningRate).Seed(seed);
            row.Train(trainer);
            TrainingResult result = trainer.Fit(cancellation);
            cancellation.ThrowIfCancellationRequested();
            seconds = result.Elapsed.TotalSeconds;
        }

        encoder.eval();
        string[] features = [.. ResultTable.Features.Where(f => FeatureNames(encoder, train).Contains(f))];
        using FeatureCollection trainFeatures = new FeatureExtractor().ExtractAll(encoder, train, features, cancellation);
        using FeatureCollection testFeatures = new FeatureExtractor().ExtractAll(encoder, test, features, cancellation);
        var accuracies = new Dictionary<string, double>();
        foreach (string feature in features)
        {
            var probe = new LinearProbe { Labels = Math.Min(settings.Labels, train.Count), Repeats = 2, Seed = seed };
            accuracies[feature] = probe.Evaluate(trainFeatures[feature], testFeatures[feature], cancellation).Mean;
        }

        return new RunResult(name, row.Name, seed, settings.Epochs, settings.Labels, accuracies, seconds);
    }

    private static IEnumerable<string> FeatureNames(Encoder encoder, LabeledData data)
    {
        using TorchSharp.torch.Tensor two = data.Inputs.GetBatch([0, 1]);
        return EncoderSignature.Of(encoder, two).FeatureShapes.Keys;
    }
}
