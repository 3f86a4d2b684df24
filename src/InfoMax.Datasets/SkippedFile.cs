namespace InfoMax.Datasets;

/// <summary>A file, or a link or folder, that a reader left out.</summary>
/// <param name="Name">Its path relative to the folder read, with '/' between the parts.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record SkippedFile(string Name, string Reason);
