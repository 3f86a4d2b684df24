
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace InfoMax.EndToEnd.Tests;

/// <summary>Finds files of the repository from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string EuroSat(string part) => Path.Combine(Root, "samples", "data", "eurosat", part);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "InfoMax.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("There is no InfoMax.sln above " + AppContext.BaseDirectory);
    }
}
