namespace InfoMax.Datasets;

/// <summary>A file, link or folder that a reader lists, and why.</summary>
public sealed class FileNote
{
    internal FileNote(string name, string reason) => (Name, Reason) = (name, reason);

    /// <summary>The path relative to the folder read, with '/' between the parts.</summary>
    public string Name { get; }

    /// <summary>Why the file is listed, in one sentence.</summary>
    public string Reason { get; }

    /// <summary>Name and reason, for instance <c>cats/1.jpg: expected an image, found an empty file.</c></summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Name}: {Reason}";
}
