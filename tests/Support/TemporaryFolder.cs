namespace InfoMax.Tests.Support;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("infomax").FullName;

    public string File(string name = "weights.safetensors") => System.IO.Path.Combine(Path, name);

    public string File(byte[] content)
    {
        System.IO.File.WriteAllBytes(File(), content);
        return File();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
