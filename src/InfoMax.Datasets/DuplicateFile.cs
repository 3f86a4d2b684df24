namespace InfoMax.Datasets;

/// <summary>A file whose bytes are those of another.</summary>
/// <param name="Name">Its path relative to the folder read, with '/' between the parts.</param>
/// <param name="Original">The first file in order with these bytes; if its class is another one, at least one label is wrong.</param>
/// <param name="Sha256">The SHA-256 of both, in hexadecimal digits.</param>
public sealed record DuplicateFile(string Name, string Original, string Sha256);
