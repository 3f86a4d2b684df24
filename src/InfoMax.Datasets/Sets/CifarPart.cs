namespace InfoMax.Datasets;

/// <summary>The files of one part of a CIFAR set.</summary>
/// <param name="Folder">The folder they are in.</param>
/// <param name="Files">Their paths, in order.</param>
/// <param name="IsSingleFile">Whether the path of the caller is a file.</param>
internal sealed record CifarPart(string Folder, string[] Files, bool IsSingleFile)
{
    /// <summary>Finds the files in a folder or in its sub-folder of the usual name, or takes a single file.</summary>
    public static CifarPart Find(string path, string folderName, string[] wanted)
    {
        if (File.Exists(path))
        {
            return new CifarPart(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path, [path], true);
        }

        DatasetFile.RequireFolder(path);
        string below = Path.Combine(path, folderName);
        string folder = !File.Exists(Path.Combine(path, wanted[0])) && Directory.Exists(below) ? below : path;
        string? missing = Array.Find(wanted, name => !File.Exists(Path.Combine(folder, name)));
        if (missing is not null)
        {
            string hint = File.Exists(Path.Combine(folder, Path.GetFileNameWithoutExtension(missing)))
                ? $" but {Path.GetFileNameWithoutExtension(missing)}, which is of the version for Python"
                : DatasetFile.FirstName(folder, ".tar") is { } archive
                ? $" but {archive}: unpack it first"
                : string.Empty;
            throw new DatasetException(folder, $"expected {string.Join(", ", wanted)} of the binary version, found no {missing}{hint}.");
        }

        return new CifarPart(folder, Array.ConvertAll(wanted, name => Path.Combine(folder, name)), false);
    }
}
