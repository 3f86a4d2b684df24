using System.Globalization;
using InfoMax.QuickStart;

namespace InfoMax.Samples.PaperTables;

/// <summary>What the command line asks for. The defaults are the published settings; <see cref="Small"/> has those for two cores.</summary>
internal sealed record Settings
{
    /// <summary>Number of the paper's table; 0 for the table of objectives.</summary>
    public required int Table { get; init; }

    public required QuickStartOptions Data { get; init; }

    /// <summary>Passes over the images: 1000 for CIFAR, 200 for the others.</summary>
    public required int Epochs { get; init; }

    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Units of the local critic's common space.</summary>
    public int Units { get; init; } = 2048;

    /// <summary>Locations of each image in the local term per step; null for all.</summary>
    public int? Locations { get; init; }

    /// <summary>Channels of the decoders' largest map.</summary>
    public int DecoderWidth { get; init; } = 64;

    /// <summary>Labels that probes and the supervised network get; null for all.</summary>
    public int? Labels { get; init; }

    /// <summary>Labels of the semi-supervised column.</summary>
    public int FewLabels { get; init; } = 5000;

    /// <summary>Whether probes, decoders and networks are those for two cores.</summary>
    public bool Small { get; init; }

    public int Seeds { get; init; } = 1;

    public string? Only { get; init; }

    public string Device { get; init; } = "cpu";

    /// <summary>Folder of finished rows and trained weights.</summary>
    public required string Runs { get; init; }

    public string? Output { get; init; }

    public const int BatchSize = 64;

    /// <summary>Everything that decides what a row's encoder becomes: two tables that agree in it share the weights.</summary>
    public string Training(string network)
    {
        string locations = Locations?.ToString(CultureInfo.InvariantCulture) ?? "all";
        string crops = Data.CropFrom is { } side
            ? string.Create(CultureInfo.InvariantCulture, $", mirrored crops of {Data.Size} from {side}")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{network}, {Epochs} epochs, batches of {BatchSize}, Adam {LearningRate:G3}, {Units} critic units, {locations} locations, " +
            $"decoder {DecoderWidth}{crops}");
    }

    /// <summary>How representations are measured.</summary>
    public string Evaluation => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Small ? "short" : "published")} probes, {(Labels is { } l ? l.ToString(CultureInfo.InvariantCulture) : "all")} " +
            $"labels{(Table == 2 ? string.Create(CultureInfo.InvariantCulture, $", {FewLabels} for SS") : "")}");
}
