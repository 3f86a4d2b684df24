namespace InfoMax.Datasets;

/// <summary>What a reader reports about the files of a folder.</summary>
/// <param name="Skipped">Files that were left out.</param>
/// <param name="Duplicates">Files with the bytes of an earlier one.</param>
/// <param name="Losses">Files that were read, but not with everything in them.</param>
internal sealed record ReadingReport(
    IReadOnlyList<FileNote> Skipped, IReadOnlyList<DuplicateFile> Duplicates, IReadOnlyList<FileNote> Losses)
{
    /// <summary>Nothing to report.</summary>
    public static ReadingReport Empty { get; } = new([], [], []);

    /// <summary>For instance <c>, 3 files skipped</c>; empty if there is nothing to report.</summary>
    public override string ToString() =>
        string.Concat(Text(Skipped.Count, "skipped"), Text(Duplicates.Count, "duplicated"), Text(Losses.Count, "read with losses"));

    private static string Text(int count, string what) => count == 0 ? string.Empty : $", {count} {(count == 1 ? "file" : "files")} {what}";
}
