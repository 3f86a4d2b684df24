using System.Security.Cryptography;

namespace InfoMax.Datasets;

/// <summary>The checksum that a file must have.</summary>
public sealed class FileChecksum
{
    private readonly HashAlgorithmName _algorithm;

    private FileChecksum(HashAlgorithmName algorithm, int length, string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        if (hex.Length != 2 * length || !hex.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"Expected {2 * length} hexadecimal digits, got \"{hex}\".", nameof(hex));
        }

        (_algorithm, Hex) = (algorithm, hex.ToLowerInvariant());
    }

    /// <summary>The value in lower-case hexadecimal digits.</summary>
    internal string Hex { get; }

    /// <summary>An MD5 checksum, which most data sets publish. It detects damage, but not a forged file.</summary>
    /// <param name="hex">32 hexadecimal digits.</param>
    /// <returns>The checksum.</returns>
    /// <exception cref="ArgumentException"><paramref name="hex"/> is not 32 hexadecimal digits.</exception>
    public static FileChecksum Md5(string hex) => new(HashAlgorithmName.MD5, MD5.HashSizeInBytes, hex);

    /// <summary>A SHA-256 checksum, which detects forged files too.</summary>
    /// <param name="hex">64 hexadecimal digits.</param>
    /// <returns>The checksum.</returns>
    /// <exception cref="ArgumentException"><paramref name="hex"/> is not 64 hexadecimal digits.</exception>
    public static FileChecksum Sha256(string hex) => new(HashAlgorithmName.SHA256, SHA256.HashSizeInBytes, hex);

    /// <summary>The kind and the digits, for instance <c>MD5 d41d8cd98f00b204e9800998ecf8427e</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{(_algorithm == HashAlgorithmName.MD5 ? "MD5" : "SHA-256")} {Hex}";

    /// <summary>Computes the digits of a file.</summary>
    internal async Task<string> HexOfAsync(string path, Action<long> read, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(_algorithm);
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        byte[] buffer = new byte[1 << 20];
        int length;
        while ((length = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, length);
            read(file.Position);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
