using InfoMax.Datasets;
using InfoMax.Evaluation;
using InfoMax.QuickStart.Report;

namespace InfoMax.QuickStart;

/// <summary>Codes flattened to two dimensions.</summary>
internal static class CodeMaps
{
    private const int MostPoints = 1000;
    private const int TSneIterations = 500;

    /// <summary>By the first two principal components of all codes.</summary>
    public static CodeMap Components(string title, FeatureSet features, ImageSet shown)
    {
        using FeatureSet projected = PrincipalComponents.Fit(features, 2).Transform(features);
        double[] values = [.. projected.Values.to(TorchSharp.torch.ScalarType.Float64).data<double>()];
        return Map(title, features, shown, (_, row) => (values[2 * row], values[(2 * row) + 1]));
    }

    /// <summary>By t-SNE of the codes that are shown.</summary>
    public static CodeMap Neighbourhoods(string title, FeatureSet features, ImageSet shown, int seed, CancellationToken cancellationToken)
    {
        long[] rows = [.. Rows(features).Select(row => (long)row)];
        using var scope = TorchSharp.torch.NewDisposeScope();
        using FeatureSet chosen = FeatureSet.FromMatrix(features.Values.index_select(0, TorchSharp.torch.tensor(rows)));
        TSneResult result = new TSne { Perplexity = Math.Min(30, (rows.Length - 1) / 3.0), Iterations = TSneIterations, Seed = seed }.Fit(chosen, cancellationToken);
        return Map(title, features, shown, (i, _) => (result.Coordinates[i, 0], result.Coordinates[i, 1]));
    }

    private static CodeMap Map(string title, FeatureSet features, ImageSet shown, Func<int, int, (double X, double Y)> place)
    {
        int[] rows = Rows(features);
        return new CodeMap(title, [.. rows.Select((row, i) => place(i, row))], shown.HasLabels ? [.. rows.Select(row => shown.Labels![row])] : null, shown.ClassNames);
    }

    /// <summary>So many at most, evenly spread.</summary>
    private static int[] Rows(FeatureSet features)
    {
        int count = Math.Min(MostPoints, features.Count);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * features.Count / count))];
    }
}
