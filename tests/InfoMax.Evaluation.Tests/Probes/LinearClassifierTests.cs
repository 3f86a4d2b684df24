using System.Globalization;
using System.Text.Json;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;

namespace InfoMax.Evaluation.Tests.Probes;

/// <summary>Objectives, accuracies and norms of scikit-learn's solutions.</summary>
public sealed class LinearClassifierTests
{
    [Fact]
    public void LinearProbe_OnReferenceFeatures_AgreesWithReferenceSolutions() =>
        ForEach("logistic", (c, train, test, expected) => Check(new LinearProbe { C = c }.Fit(train), train, test, expected, 1e-7));

    [Fact]
    public void SvmProbe_OnReferenceFeatures_AgreesWithReferenceSolutions() =>
        ForEach("hinge", (c, train, test, expected) => Check(new SvmProbe { C = c }.Fit(train), train, test, expected, 1e-6));

    private static void Check(LinearClassifier classifier, FeatureSet train, FeatureSet test, JsonElement expected, double tolerance)
    {
        classifier.Converged.Should().BeTrue();
        double objective = expected.GetProperty("objective").GetDouble();
        classifier.Objective.Should().BeApproximately(objective, tolerance * objective);
        Accuracy(classifier, train).Should().BeApproximately(expected.GetProperty("train_accuracy").GetDouble(), 1e-12);
        Accuracy(classifier, test).Should().BeApproximately(expected.GetProperty("test_accuracy").GetDouble(), 1e-12);
        if (expected.TryGetProperty("coef_norm", out JsonElement norm))
        {
            classifier.WeightNorm.Should().BeApproximately(norm.GetDouble(), 1e-4 * norm.GetDouble());
        }
    }

    private static double Accuracy(LinearClassifier classifier, FeatureSet set) =>
        classifier.Predict(set).Zip(set.Labels!).Count(pair => pair.First == pair.Second) / (double)set.Count;

    private static void ForEach(string kind, Action<double, FeatureSet, FeatureSet, JsonElement> check)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "probes.json")));
        int seen = 0;
        foreach (JsonElement golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            using FeatureSet train = Read(golden, "X", "y");
            using FeatureSet test = Read(golden, "X_test", "y_test");
            IEnumerable<JsonProperty> results = golden.GetProperty("results").EnumerateObject();
            foreach (JsonProperty result in results.Where(r => r.Name.StartsWith(kind, StringComparison.Ordinal)))
            {
                check(double.Parse(result.Name.Split('=')[1], CultureInfo.InvariantCulture), train, test, result.Value);
                seen++;
            }
        }

        seen.Should().BeGreaterThan(5);
    }

    private static FeatureSet Read(JsonElement golden, string x, string y)
    {
        double[][] rows = golden.GetProperty(x).Deserialize<double[][]>()!;
        var matrix = new double[rows.Length, rows[0].Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int f = 0; f < rows[0].Length; f++)
            {
                matrix[i, f] = rows[i][f];
            }
        }

        return Blobs.Set(matrix, golden.GetProperty(y).Deserialize<int[]>()!);
    }
}
