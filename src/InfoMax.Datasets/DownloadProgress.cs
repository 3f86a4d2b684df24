namespace InfoMax.Datasets;

/// <summary>How far a download has come.</summary>
/// <param name="Name">The file.</param>
/// <param name="Stage">What is being done to it.</param>
/// <param name="Done">Bytes of the file so far; of an archive that is unpacked, bytes read of it.</param>
/// <param name="Total">Bytes of the whole file; null if the server does not say.</param>
public readonly record struct DownloadProgress(string Name, DownloadStage Stage, long Done, long? Total);
