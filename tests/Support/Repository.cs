namespace InfoMax.Tests.Support;

/// <summary>Where the repository is.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

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
