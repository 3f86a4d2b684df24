namespace InfoMax.Datasets;

/// <summary>How a checksum is computed.</summary>
public enum ChecksumKind
{
    /// <summary>MD5, which most data sets publish: it tells damage, and not a file that was forged on purpose.</summary>
    Md5,

    /// <summary>SHA-256.</summary>
    Sha256,
}
