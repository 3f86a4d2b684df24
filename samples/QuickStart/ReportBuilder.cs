using System.Globalization;
using System.Runtime.InteropServices;
using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Reports;
using InfoMax.Reports.Model;
using InfoMax.Training;

namespace InfoMax.QuickStart;

/// <summary>Gathers what the report shows.</summary>
internal sealed class ReportBuilder(QuickStartOptions options, SampleData data, ProbeTable? table)
{
    private const int MostPoints = 1000;

    public string Write(
        TrainingResult training, SampleFeatures featuresBefore, SampleFeatures featuresAfter, Stages stages,
            CancellationToken cancellationToken)
    {
        // Without labels there is no test part: the pictures show training images.
        ImageSet shown = data.Test ?? data.Train;
        FeatureSet before = featuresBefore.Shown["global"], after = featuresAfter.Shown["global"];
        IReadOnlyList<string> names = shown.ClassNames;
        (string Name, CodeMap Map)[] maps =
        [
            ("components-before",
                CodeMap.Components("Untrained network, two principal components", before, names, MostPoints, cancellationToken)),
            ("components-after", CodeMap.Components("Deep InfoMax, two principal components", after, names, MostPoints, cancellationToken)),
            ("tsne-before", CodeMap.Neighborhoods("Untrained network, t-SNE", before, names, MostPoints, seed: options.Seed,
                cancellationToken: cancellationToken)),
            ("tsne-after", CodeMap.Neighborhoods("Deep InfoMax, t-SNE", after, names, MostPoints, seed: options.Seed,
                cancellationToken: cancellationToken)),
        ];
        using InMemorySource images = shown.ToSource();
        NeighborTable neighbors = NeighborTable.Of(images, [("Before training", before), ("After training", after)], classNames: names,
            cancellationToken: cancellationToken);
        Picture codeBefore = Pictures.Codes(before, Prior.Uniform, "Untrained network");
        Picture codeAfter = Pictures.Codes(after, Prior.Uniform, "Deep InfoMax");
        Picture? confusion = Confusion(names);
        var report = new Report
        {
            Title = $"Deep InfoMax on {data.Name}",
            Subtitle = $"What {data.Train.Count} images taught a network that saw no label.",
            Command = "dotnet run -c Release --project samples/QuickStart"
                + (options.Kind == "eurosat" ? string.Empty : $" -- --data {options.Kind}=PATH"),
            Machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, " +
                $"{RuntimeInformation.FrameworkDescription}; " +
                string.Join(", ", stages.All.Select(s => Text($"{s.Name} {s.Time.TotalSeconds:F0} s"))) +
                Text($"; {stages.Total.TotalSeconds:F0} s in all; seed {training.Seed}"),
            Facts = Facts(training),
            Curves = Curves(training),
            Table = table is null ? null : Table(table),
            Maps = [.. maps.Select(map => map.Map)],
            Neighbors = neighbors,
            Pictures = [.. Groups(confusion, codeBefore, codeAfter)],
        };
        if (options.Pictures is { } folder)
        {
            Picture loss = Pictures.Metrics(training, [("local.nats", "mutual information, at least"), ("local.loss", "local loss"),
                ("prior.loss", "prior, encoder"), ("prior.discriminator", "prior, discriminator")]);
            IEnumerable<(string Name, Picture? Picture)> pictures =
                [.. maps.Select(map => (map.Name, (Picture?)Pictures.Scatter(map.Map))), ("loss", loss),
                    ("neighbors", Pictures.Neighbors(neighbors)), ("code-before", codeBefore), ("code-after", codeAfter),
                    ("confusion", confusion)];
            foreach ((string name, Picture? picture) in pictures)
            {
                picture?.Save(Path.Combine(folder, name + ".svg"));
            }
        }

        string path = Path.GetFullPath(options.Report);
        report.Save(path);
        return path;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private List<(string Label, string Value)> Facts(TrainingResult training)
    {
        List<(string, string)> facts =
        [
            ("images without labels", Text($"{data.Train.Count:N0}")),
            ("training time", Text($"{training.Elapsed.TotalSeconds:F0} s")),
            ("mutual information, at least", Text($"{training.Epochs[^1].Metrics["local.nats"]:F2} nats")),
        ];
        if (table?.FewLabels("DIM", "global") is { } code && table.FewLabels("untrained", "global") is { } untrained
            && table.FewLabels("raw pixels", string.Empty) is { } raw)
        {
            facts.Add((Text($"accuracy of the 64-number code with {table.Labels[0]:N0} labels"), Text($"{code:F1} %")));
            facts.Add(("the same, untrained network", Text($"{untrained:F1} %")));
            facts.Add(("the same, raw pixels", Text($"{raw:F1} %")));
        }

        return facts;
    }

    private static IEnumerable<(string Heading, string Note, IReadOnlyList<Picture> Pictures)> Groups(Picture? confusion,
        Picture codeBefore, Picture codeAfter)
    {
        if (confusion is not null)
        {
            yield return ("Which classes are taken for which",
                "Each row is a class of the test images and says what the classifier took them for: blue is right, red is wrong, the " +
                "darker the more of the row.", [confusion]);
        }

        yield return (
            "How the codes are spread",
            "The prior asks every unit of the code, squashed into 0 to 1, to be uniform there: to use its whole range. The line is the " +
                "density over all units, the band holds four of five units, the dashed line is the prior. Each picture has its own " +
                "scale: an untrained code may be all in one place.",
            [codeBefore, codeAfter]);
    }

    /// <summary>What the best classifier on a learned feature takes for what; null if there is none.</summary>
    private Picture? Confusion(IReadOnlyList<string> classNames)
    {
        (string feature, ProbeResult? best) = table?.Rows.Where(row => row.Group == "DIM")
            .Select(row => (row.Feature, Result: row.Results[^1])).MaxBy(row => row.Result?.Mean ?? 0) ?? default;
        if (best is null || best.ClassCount != classNames.Count)
        {
            return null;
        }

        var matrix = new ConfusionMatrix(best.Confusion, classNames);
        return Pictures.Confusion(matrix,
            Text($"Linear classifier on {feature}, {best.LabelCount:N0} labels, last repeat: {100 * matrix.Accuracy:F1} % right"));
    }

    private static List<MetricCurve> Curves(TrainingResult training) =>
    [
        MetricCurve.Of(training, "local.nats", "Mutual information, lower bound"),
        MetricCurve.Of(training, "local.loss", "Local loss (InfoNCE)"),
        MetricCurve.Of(training, "prior.loss", "Encoder against the prior's discriminator"),
        MetricCurve.Of(training, "prior.accuracy", "Discriminator's accuracy", "share"),
    ];

    private static ResultTable Table(ProbeTable table) => ResultTable.Of(
        [.. table.Labels.Select(l => Text($"{l:N0} labels"))],
        [.. table.Rows.Select(row => (row.Group, row.Feature, (IReadOnlyList<ProbeResult?>)row.Results))],
        "Test accuracy of a linear classifier on each representation, mean and standard deviation over repeats; the last row is the " +
            "network "
            + "trained from scratch with the labels alone.");
}
