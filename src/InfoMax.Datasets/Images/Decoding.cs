namespace InfoMax.Datasets;

/// <summary>What became of a file that should be an image.</summary>
/// <param name="Fault">Why it cannot be read; null if it was read.</param>
/// <param name="Loss">What of it was not kept; null if nothing was lost.</param>
internal readonly record struct Decoding(string? Fault, string? Loss = null);
