using System.Globalization;
using InfoMax.Evaluation;
using InfoMax.Priors;
using InfoMax.QuickStart.Report;
using InfoMax.Samples.Shared;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.QuickStart;

/// <summary>The pictures of a run: what the page shows of them, and all of them as files.</summary>
internal static class Pictures
{
    /// <summary>How a code lies in the unit interval, where the prior wants it to be uniform.</summary>
    public static ReportPicture Code(string title, FeatureSet codes)
    {
        using var scope = NewDisposeScope();
        Tensor squashed = Prior.Uniform.Squash(codes.Values.to(ScalarType.Float64));
        double[][] units = [.. squashed.t().unbind().Select(unit => unit.contiguous().data<double>().ToArray())];
        double mean = squashed.mean().item<double>(), deviation = squashed.std(0).mean().item<double>();
        return new ReportPicture(
            title,
            CodePicture.Svg(null, units, 0, 1, "uniform prior", _ => 1),
            string.Create(CultureInfo.InvariantCulture, $"Density of the {units.Length} units of the code between 0 and 1 beside that of the uniform prior: mean {mean:F2}, standard deviation of a unit {deviation:F2}; those of the prior are 0.50 and 0.29."));
    }

    /// <summary>What the best classifier on a learned feature takes for what; null if there is none.</summary>
    public static ReportPicture? Confusion(ProbeTable? table, IReadOnlyList<string> classNames)
    {
        (string feature, ProbeResult? best) = table?.Rows.Where(row => row.Group == "DIM").Select(row => (row.Feature, Result: row.Results[^1])).MaxBy(row => row.Result?.Mean ?? 0) ?? default;
        if (best is null || best.ClassCount != classNames.Count)
        {
            return null;
        }

        var matrix = new ConfusionMatrix(best.Confusion, classNames);
        int worst = Enumerable.Range(0, matrix.ClassCount).MinBy(i => double.IsNaN(matrix.F1[i]) ? 1 : matrix.F1[i]);
        return new ReportPicture(
            string.Create(CultureInfo.InvariantCulture, $"Linear classifier on {feature}, {best.Labels:N0} labels, last repeat: {100 * matrix.Accuracy:F1} % right"),
            ConfusionPicture.Svg(null, matrix),
            string.Create(CultureInfo.InvariantCulture, $"Confusion matrix of {matrix.Total} test images in {matrix.ClassCount} classes. Hardest class: {classNames[worst]}, precision {100 * matrix.Precision[worst]:F0} %, recall {100 * matrix.Recall[worst]:F0} %."));
    }

    /// <summary>Writes the pictures as SVG files, for slides and papers.</summary>
    public static void Save(string folder, TrainingResult training, IEnumerable<(string Name, CodeMap Map)> maps, IEnumerable<(string Name, ReportPicture? Picture)> others)
    {
        Directory.CreateDirectory(folder);
        Write("loss", LossPicture.Svg("Training", "nats", training.Epochs, [("local.nats", "mutual information, at least"), ("local.loss", "local loss"), ("prior.loss", "prior, encoder"), ("prior.discriminator", "prior, discriminator")]));
        foreach ((string name, CodeMap map) in maps)
        {
            Write(name, ScatterPicture.Svg(map.Title, map.Points, map.Labels, map.ClassNames));
        }

        foreach ((string name, ReportPicture? picture) in others)
        {
            if (picture is not null)
            {
                Write(name, picture.Svg);
            }
        }

        void Write(string name, string svg) => File.WriteAllText(Path.Combine(folder, name + ".svg"), svg);
    }
}
