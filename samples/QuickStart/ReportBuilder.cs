using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using InfoMax.Datasets;
using InfoMax.Evaluation;
using InfoMax.QuickStart.Report;
using InfoMax.Training;

namespace InfoMax.QuickStart;

/// <summary>Gathers what the report shows.</summary>
internal sealed class ReportBuilder(QuickStartOptions options, SampleData data, ProbeTable? table)
{
    private const int Neighbours = 6;

    public string Write(
        TrainingResult training,
        FeatureCollection trainBefore,
        FeatureCollection? testBefore,
        FeatureCollection trainAfter,
        FeatureCollection? testAfter,
        IEnumerable<(string Stage, TimeSpan Time)> stages,
        Stopwatch clock,
        CancellationToken cancellationToken)
    {
        // Without labels there is no test part: the pictures show training images.
        ImageSet shown = data.Test ?? data.Train;
        FeatureSet before = (testBefore ?? trainBefore)["global"], after = (testAfter ?? trainAfter)["global"];
        (string Name, CodeMap Map)[] maps =
        [
            ("components-before", CodeMaps.Components("Untrained network, two principal components", before, shown)),
            ("components-after", CodeMaps.Components("Deep InfoMax, two principal components", after, shown)),
            ("tsne-before", CodeMaps.Neighbourhoods("Untrained network, t-SNE", before, shown, options.Seed, cancellationToken)),
            ("tsne-after", CodeMaps.Neighbourhoods("Deep InfoMax, t-SNE", after, shown, options.Seed, cancellationToken)),
        ];
        ReportPicture codeBefore = Pictures.Code("Untrained network", before), codeAfter = Pictures.Code("Deep InfoMax", after);
        ReportPicture? confusion = Pictures.Confusion(table, shown.ClassNames);
        var report = new ReportData
        {
            Title = $"Deep InfoMax on {data.Name}",
            Subtitle = $"What {data.Train.Count} images taught a network that saw no label.",
            Command = "dotnet run -c Release --project samples/QuickStart" + (options.Kind == "eurosat" ? string.Empty : $" -- --data {options.Kind}=PATH"),
            Machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; " +
                string.Join(", ", stages.Select(s => Text($"{s.Stage} {s.Time.TotalSeconds:F0} s"))) + Text($"; {clock.Elapsed.TotalSeconds:F0} s in all; seed {training.Seed}"),
            Facts = Facts(training),
            Curves = Curves(training),
            Table = table is null ? null : Table(table),
            Maps = [.. maps.Select(map => map.Map)],
            Neighbours = Rows(shown, before, after),
            Pictures = [.. Groups(confusion, codeBefore, codeAfter)],
        };
        if (options.Pictures is { } folder)
        {
            Pictures.Save(folder, training, maps, [("code-before", codeBefore), ("code-after", codeAfter), ("confusion", confusion)]);
        }

        string path = Path.GetFullPath(options.Report);
        HtmlReport.Write(report, path);
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
        if (table?.FewLabels("DIM", "global") is { } code && table.FewLabels("untrained", "global") is { } untrained && table.FewLabels("raw pixels", string.Empty) is { } raw)
        {
            facts.Add((Text($"accuracy of the 64-number code with {table.Labels[0]:N0} labels"), Text($"{code:F1} %")));
            facts.Add(("the same, untrained network", Text($"{untrained:F1} %")));
            facts.Add(("the same, raw pixels", Text($"{raw:F1} %")));
        }

        return facts;
    }

    private static IEnumerable<PictureGroup> Groups(ReportPicture? confusion, ReportPicture codeBefore, ReportPicture codeAfter)
    {
        if (confusion is not null)
        {
            yield return new PictureGroup("Which classes are taken for which", "Each row is a class of the test images and says what the classifier took them for: blue is right, red is wrong, the darker the more of the row.", [confusion]);
        }

        yield return new PictureGroup(
            "How the codes are spread",
            "The prior asks every unit of the code, squashed into 0 to 1, to be uniform there: to use its whole range. The line is the density over all units, the band holds four of five units, the dashed line is the prior. Each picture has its own scale: an untrained code may be all in one place.",
            [codeBefore, codeAfter]);
    }

    private static List<LossCurve> Curves(TrainingResult training)
    {
        LossCurve Curve(string metric, string name, string unit) => new(name, unit, [.. training.Epochs.Select(e => e.Metrics[metric])]);
        return
        [
            Curve("local.nats", "Mutual information, lower bound", "nats"),
            Curve("local.loss", "Local loss (InfoNCE)", "nats"),
            Curve("prior.loss", "Encoder against the prior's discriminator", "nats"),
            Curve("prior.accuracy", "Discriminator's accuracy", "share"),
        ];
    }

    private static ResultTable Table(ProbeTable table) => new(
        [.. table.Labels.Select(l => Text($"{l:N0} labels"))],
        [.. table.Rows.Select(r => new ResultRow(r.Group, r.Feature, [.. r.Results.Select(p => new ResultCell(p?.Mean, p is { Repeats: > 1 } ? p.StandardDeviation : null))]))],
        "Test accuracy of a linear classifier on each representation, mean and standard deviation over repeats; the last row is the same network trained from scratch with the labels alone.");

    /// <summary>One query per class, or eight spread over the images, and their nearest neighbours by L1 distance of the codes as in the paper.</summary>
    private static List<NeighbourRow> Rows(ImageSet shown, FeatureSet before, FeatureSet after)
    {
        int[] queries = shown.HasLabels
            ? [.. Enumerable.Range(0, shown.ClassNames.Count).Select(c => FirstOf(shown, c)).Where(i => i >= 0).Take(10)]
            : [.. Enumerable.Range(0, 8).Select(i => i * shown.Count / 8)];
        NearestNeighbours Find(FeatureSet features)
        {
            using FeatureSet chosen = FeatureSet.FromMatrix(features.Values.index_select(0, TorchSharp.torch.tensor(queries.Select(q => (long)q).ToArray())));
            // The query is in the gallery: one more, and leave it out.
            return NearestNeighbours.Find(chosen, features, Math.Min(Neighbours + 1, features.Count), DistanceMetric.L1);
        }

        NearestNeighbours first = Find(before), second = Find(after);
        return [.. queries.Select((q, r) => new NeighbourRow(Image(shown, q, q), Images(first, r, q), Images(second, r, q)))];

        List<ReportImage> Images(NearestNeighbours found, int row, int query) =>
            [.. found.Indices[row].Where(i => i != query).Take(Neighbours).Select(i => Image(shown, i, query))];
    }

    private static int FirstOf(ImageSet set, int label)
    {
        for (int i = 0; i < set.Count; i++)
        {
            if (set.Labels![i] == label)
            {
                return i;
            }
        }

        return -1;
    }

    private static ReportImage Image(ImageSet set, int index, int query)
    {
        using TorchSharp.torch.Tensor pixels = set.Images[index].contiguous();
        return new ReportImage(
            [.. pixels.data<byte>()],
            (int)pixels.shape[2],
            (int)pixels.shape[1],
            (int)pixels.shape[0],
            set.HasLabels ? set.ClassNames[set.Labels![index]] : null,
            set.HasLabels && index != query ? set.Labels![index] == set.Labels[query] : null);
    }
}
