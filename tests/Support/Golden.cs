using System.Text.Json;

namespace InfoMax.Tests.Support;

/// <summary>Reference values of the score losses.</summary>
public sealed record ScoreCase(int Batch, int Units, int Locations, int Globals, double[] LocalFeatures, double[] GlobalFeatures,
    Dictionary<string, ScoreLoss> Losses);

public sealed record ScoreLoss(double Loss, double[] GradLocal, double[] GradGlobal);

public static class Golden
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<ScoreCase> ScoreCases { get; } = Read();

    private static List<ScoreCase> Read()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Golden", "score_losses.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty("cases").Deserialize<List<ScoreCase>>(Options)!;
    }
}
