namespace InfoMax.Datasets;

/// <summary>What is being done to a file.</summary>
public enum DownloadStage
{
    /// <summary>Its bytes are on their way.</summary>
    Transferring,

    /// <summary>Its checksum is computed.</summary>
    Checking,

    /// <summary>It is an archive, and is unpacked.</summary>
    Unpacking,
}
