namespace InfoMax.Datasets;

/// <summary>How far a reader has come.</summary>
/// <param name="Done">Files, or images of one file, read or skipped so far, from 0 to <paramref name="Total"/>.</param>
/// <param name="Total">How many there are to read, at least 1.</param>
public readonly record struct DatasetProgress(int Done, int Total);
