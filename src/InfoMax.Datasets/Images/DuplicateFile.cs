namespace InfoMax.Datasets;

/// <summary>An image file with exactly the bytes of another one.</summary>
public sealed class DuplicateFile
{
    internal DuplicateFile(string name, string original, string sha256) => (Name, Original, Sha256) = (name, original, sha256);

    /// <summary>The path relative to the folder read, with '/' between the parts.</summary>
    public string Name { get; }

    /// <summary>
    /// The first file, in reading order, with these bytes. If it has another class, at least one of the two labels is wrong.
    /// </summary>
    public string Original { get; }

    /// <summary>The SHA-256 of both files, in lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>Both names, for instance <c>b/1.png has the bytes of a/1.png</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Name} has the bytes of {Original}";
}
