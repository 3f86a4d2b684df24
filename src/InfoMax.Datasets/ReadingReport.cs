namespace InfoMax.Datasets;

/// <summary>What a reader has to say about the files of a folder.</summary>
/// <param name="Skipped">What was left out.</param>
/// <param name="Duplicates">Files that are there twice.</param>
/// <param name="Losses">Files that were read, but not with all that is in them.</param>
internal sealed record ReadingReport(IReadOnlyList<SkippedFile> Skipped, IReadOnlyList<DuplicateFile> Duplicates, IReadOnlyList<LossyFile> Losses)
{
    /// <summary>Nothing.</summary>
    public static ReadingReport Empty { get; } = new([], [], []);
}
