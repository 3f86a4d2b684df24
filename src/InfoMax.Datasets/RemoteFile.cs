namespace InfoMax.Datasets;

/// <summary>A file that can be downloaded, and how to tell that it is the right one.</summary>
public sealed record RemoteFile
{
    /// <summary>Describes a file.</summary>
    /// <param name="address">Where it is: an absolute address, http or https.</param>
    /// <param name="maxBytes">The most bytes it may have, at least 1: a longer one is refused.</param>
    /// <param name="checksum">Its checksum. May be null over https only; the length is then all that is looked at.</param>
    /// <param name="name">The name to keep it under, without folders; null for the last part of the address.</param>
    /// <exception cref="ArgumentException">The address or the name is not as said, or a checksum is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is below 1.</exception>
    public RemoteFile(Uri address, long maxBytes, FileChecksum? checksum, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"Expected an absolute address, http or https, got {address}.", nameof(address));
        }

        if (checksum is null && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new ArgumentException($"Expected a checksum for {address}: without one the file could be any.", nameof(checksum));
        }

        name ??= Uri.UnescapeDataString(address.Segments[^1]);
        if (!ArchivePaths.IsPlainName(name))
        {
            throw new ArgumentException($"Expected a name that can be a file's on every system, got \"{name}\".", nameof(name));
        }

        Address = address;
        MaxBytes = maxBytes;
        Checksum = checksum;
        Name = name;
    }

    /// <summary>Where the file is.</summary>
    public Uri Address { get; }

    /// <summary>The most bytes it may have.</summary>
    public long MaxBytes { get; }

    /// <summary>Its checksum; null if there is none.</summary>
    public FileChecksum? Checksum { get; }

    /// <summary>The name it is kept under.</summary>
    public string Name { get; }
}
