namespace InfoMax.Datasets;

/// <summary>A file to download, with what is known of its content.</summary>
public sealed class RemoteFile
{
    /// <summary>Describes a file.</summary>
    /// <param name="address">An absolute address, http or https.</param>
    /// <param name="maxBytes">The most bytes that the file may have, at least 1. A longer file is refused.</param>
    /// <param name="checksum">Its checksum. May be null over https only: then nothing but the length is checked.</param>
    /// <param name="name">The name to save it under, without folders; null for the last part of the address.</param>
    /// <exception cref="ArgumentException">
    /// The address is not absolute or of another scheme, the checksum is missing over http, or the name cannot be a file name on every
    /// system.
    /// </exception>
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
            throw new ArgumentException(
                $"Expected a checksum for {address}: over http, anybody could have changed the file.", nameof(checksum));
        }

        name ??= Uri.UnescapeDataString(address.Segments[^1]);
        if (!ArchivePaths.IsPlainName(name))
        {
            throw new ArgumentException($"Expected a name that can be a file name on every system, got \"{name}\".", nameof(name));
        }

        (Address, MaxBytes, Checksum, Name) = (address, maxBytes, checksum, name);
    }

    /// <summary>The address of the file.</summary>
    internal Uri Address { get; }

    /// <summary>The most bytes that the file may have.</summary>
    internal long MaxBytes { get; }

    /// <summary>The checksum of the file; null if none is known.</summary>
    internal FileChecksum? Checksum { get; }

    /// <summary>The name that the file is saved under.</summary>
    internal string Name { get; }

    /// <summary>Name and address.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Name} from {Address}";
}
