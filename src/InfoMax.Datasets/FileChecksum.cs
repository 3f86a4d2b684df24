using System.Security.Cryptography;

namespace InfoMax.Datasets;

/// <summary>The checksum that a file must have.</summary>
public sealed record FileChecksum
{
    private FileChecksum(ChecksumKind kind, string hex)
    {
        int length = kind == ChecksumKind.Md5 ? MD5.HashSizeInBytes : SHA256.HashSizeInBytes;
        ArgumentNullException.ThrowIfNull(hex);
        if (hex.Length != 2 * length || !hex.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"Expected {2 * length} hexadecimal digits, got \"{hex}\".", nameof(hex));
        }

        Kind = kind;
        Hex = hex.ToLowerInvariant();
    }

    /// <summary>How it is computed.</summary>
    public ChecksumKind Kind { get; }

    /// <summary>Its value in hexadecimal digits, lower case.</summary>
    public string Hex { get; }

    /// <summary>An MD5 checksum.</summary>
    /// <param name="hex">32 hexadecimal digits.</param>
    /// <returns>The checksum.</returns>
    /// <exception cref="ArgumentException">These are not 32 hexadecimal digits.</exception>
    public static FileChecksum Md5(string hex) => new(ChecksumKind.Md5, hex);

    /// <summary>A SHA-256 checksum.</summary>
    /// <param name="hex">64 hexadecimal digits.</param>
    /// <returns>The checksum.</returns>
    /// <exception cref="ArgumentException">These are not 64 hexadecimal digits.</exception>
    public static FileChecksum Sha256(string hex) => new(ChecksumKind.Sha256, hex);

    /// <summary>The kind and the digits.</summary>
    /// <returns>For instance <c>MD5 d41d8cd98f00b204e9800998ecf8427e</c>.</returns>
    public override string ToString() => $"{(Kind == ChecksumKind.Md5 ? "MD5" : "SHA-256")} {Hex}";

    /// <summary>What the checksum of a file is.</summary>
    internal async Task<FileChecksum> OfAsync(string path, Action<long> read, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(Kind == ChecksumKind.Md5 ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        byte[] buffer = new byte[1 << 20];
        int length;
        while ((length = await file.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, length);
            read(file.Position);
        }

        return new FileChecksum(Kind, Convert.ToHexString(hash.GetHashAndReset()));
    }
}
