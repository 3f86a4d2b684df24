using System.Text.Json;
using System.Text.Json.Serialization;
using InfoMax.Weights;

namespace InfoMax.Training.Checkpoints;

/// <summary>What a checkpoint says about itself in "manifest.json": everything that is not a tensor.</summary>
internal sealed record CheckpointManifest(
    string Format,
    int Version,
    string Library,
    DateTimeOffset Written,
    CheckpointManifest.RunSettings Settings,
    long Step,
    int Epoch,
    int StepInEpoch,
    string Order,
    int AveragedSteps,
    long ElapsedTicks,
    double RateFactor,
    int Skipped,
    int Divergences,
    int Returns,
    IReadOnlyList<CheckpointManifest.EpochEntry> History)
{
    public const string FormatName = "infomax.checkpoint";
    public const int CurrentVersion = 1;
    public const string FileName = "manifest.json";
    private const int MaxBytes = 64 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>
    /// The settings of the run that wrote the checkpoint: see <see cref="RunIdentity"/>. Schedule: factors of the learning rate.
    /// </summary>
    public sealed record RunSettings(
        int Seed,
        int BatchSize,
        int Examples,
        IReadOnlyList<long> ExampleShape,
        string Optimizer,
        double LearningRate,
        int Epochs,
        IReadOnlyDictionary<string, double> Weights,
        IReadOnlyList<double> Schedule,
        double? MaxGradientNorm,
        double? AverageDecay,
        int MicroBatches);

    /// <summary>A finished epoch.</summary>
    public sealed record EpochEntry(int Epoch, int Steps, IReadOnlyDictionary<string, double> Metrics, long ElapsedTicks);

    /// <summary>The epoch that ends at this checkpoint; null if it lies within an epoch.</summary>
    public EpochEntry? FinishedEpoch => StepInEpoch == 0 && History is [.., var epoch] ? epoch : null;

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a manifest whose checksum has been verified.</summary>
    /// <exception cref="CheckpointException">It has another format or a later version, or is damaged.</exception>
    public static CheckpointManifest Read(string path)
    {
        byte[] bytes = CheckpointFolder.ReadSmall(path, MaxBytes);
        try
        {
            using (JsonDocument document = JsonDocument.Parse(bytes))
            {
                CheckFormat(path, document.RootElement);
            }

            CheckpointManifest manifest = JsonSerializer.Deserialize<CheckpointManifest>(bytes, Json)
                ?? throw new CheckpointException(path, "expected a manifest, found null.");
            manifest.CheckRanges(path);
            return manifest;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new CheckpointException(path, $"expected the manifest of a checkpoint, found something else: {e.Message}", e);
        }
    }

    private static void CheckFormat(string path, JsonElement root)
    {
        bool named = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format", out JsonElement format)
            && format.ValueKind == JsonValueKind.String && format.GetString() == FormatName;
        if (!named)
        {
            throw new CheckpointException(path, $"expected the manifest of a checkpoint, with the format \"{FormatName}\", found another.");
        }

        if (!root.TryGetProperty("version", out JsonElement version) || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out int number) || number < 1)
        {
            throw new CheckpointException(path, "expected a version of the format from 1, found none.");
        }

        if (number > CurrentVersion)
        {
            string library = root.TryGetProperty("library", out JsonElement name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()! : "unknown";
            throw new CheckpointException(
                path,
                $"expected version {CurrentVersion} of the format or an earlier one, found {number}, written by InfoMax {library}. A " +
                $"newer library is needed to read it.");
        }
    }

    private void CheckRanges(string path)
    {
        string? fault = this switch
        {
            { Step: < 0 } => $"a step of at least 0, found {Step}",
            { Epoch: < 1 } => $"an epoch of at least 1, found {Epoch}",
            { StepInEpoch: < 0 } => $"a step in the epoch of at least 0, found {StepInEpoch}",
            { AveragedSteps: < 0 } => $"a number of averaged steps of at least 0, found {AveragedSteps}",
            { ElapsedTicks: < 0 } => $"a time of at least 0, found {ElapsedTicks}",
            { Skipped: < 0 } or { Divergences: < 0 } or { Returns: < 0 } => $"counts of at least 0, found {Skipped}, {Divergences} and " +
                $"{Returns}",
            { RateFactor: not (> 0 and <= 1) } => $"a factor of the rate in (0, 1], found {RateFactor}",
            { Settings: { BatchSize: < 1 } or { Examples: < 1 } or { Epochs: < 1 } } => "counts of at least 1 in the settings, found " +
                "others",
            _ => History.Any(e => e is null || e.Epoch < 1 || e.Steps < 0 || e.ElapsedTicks < 0)
                ? "epochs of at least 1 with steps and times of at least 0, found others" : null,
        };
        if (fault is not null)
        {
            throw new CheckpointException(path, $"expected {fault}.");
        }
    }
}
