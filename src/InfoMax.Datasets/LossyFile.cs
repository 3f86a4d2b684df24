namespace InfoMax.Datasets;

/// <summary>A file that was read, but not with all that is in it.</summary>
/// <param name="Name">Its path relative to the folder read, with '/' between the parts.</param>
/// <param name="Loss">What was lost, in one sentence.</param>
public sealed record LossyFile(string Name, string Loss);
