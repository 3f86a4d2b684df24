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
    private const int MapPoints = 1000;

    public string Write(
        TrainingResult training,
        FeatureCollection trainBefore,
        FeatureCollection? testBefore,
        FeatureCollection trainAfter,
        FeatureCollection? testAfter,
        IEnumerable<(string Stage, TimeSpan Time)> stages,
        TimeSpan total)
    {
        // Without labels there is no test part: the pictures show training images.
        ImageSet shown = data.Test ?? data.Train;
        FeatureSet before = (testBefore ?? trainBefore)["global"], after = (testAfter ?? trainAfter)["global"];
        var report = new ReportData
        {
            Title = $"Deep InfoMax on {data.Name}",
            Subtitle = $"What {data.Train.Count} images taught a network that saw no label.",
            Command = "dotnet run -c Release --project samples/QuickStart" + (options.Kind == "eurosat" ? string.Empty : $" -- --data {options.Kind}=PATH"),
            Machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; " +
                string.Join(", ", stages.Select(s => Text($"{s.Stage} {s.Time.TotalSeconds:F0} s"))) + Text($"; {total.TotalSeconds:F0} s in all; seed {training.Seed}"),
            Facts = Facts(training),
            Curves = Curves(training),
            Table = table is null ? null : Table(table),
            Before = Map("Before: the untrained network, two principal components", before, shown),
            After = Map("After: Deep InfoMax, two principal components", after, shown),
            Neighbours = Rows(shown, before, after),
        };
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

    private static CodeMap Map(string title, FeatureSet features, ImageSet shown)
    {
        PrincipalComponents components = PrincipalComponents.Fit(features, 2);
        using FeatureSet projected = components.Transform(features);
        double[] values = [.. projected.Values.to(TorchSharp.torch.ScalarType.Float64).data<double>()];
        int step = Math.Max(1, features.Count / MapPoints);
        int[] rows = [.. Enumerable.Range(0, features.Count).Where(i => i % step == 0)];
        return new CodeMap(title, [.. rows.Select(i => (values[2 * i], values[(2 * i) + 1]))], shown.HasLabels ? [.. rows.Select(i => shown.Labels![i])] : null, shown.ClassNames);
    }

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
