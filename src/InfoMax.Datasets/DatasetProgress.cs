namespace InfoMax.Datasets;

/// <summary>How far a reader has come.</summary>
/// <param name="Done">Files read or skipped so far, from 0 to <paramref name="Total"/>.</param>
/// <param name="Total">Files to read, at least 1.</param>
public readonly record struct DatasetProgress(int Done, int Total);
