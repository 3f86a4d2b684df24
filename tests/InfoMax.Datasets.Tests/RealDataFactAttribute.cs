namespace InfoMax.Datasets.Tests;

/// <summary>
/// A test over a data set that is not in the repository: runs if the folder named by the environment variable INFOMAX_DATA holds the
/// sub-folder, else is reported as skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute(string subFolder)
    {
        SubFolder = subFolder;
        if (!Directory.Exists(Folder(subFolder)))
        {
            Skip = $"Needs {subFolder} in the folder that the environment variable INFOMAX_DATA names.";
        }
    }

    public string SubFolder { get; }

    public static string Folder(string subFolder) =>
        Path.Combine(Environment.GetEnvironmentVariable("INFOMAX_DATA") ?? "not-set", subFolder);
}
