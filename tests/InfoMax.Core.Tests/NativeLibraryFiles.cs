using System.Reflection;

namespace InfoMax.Core.Tests;

/// <summary>A folder for one test, with a copy of TorchSharp's Linux library as it is shipped.</summary>
internal sealed class NativeLibraryFiles : IDisposable
{
    public NativeLibraryFiles()
    {
        Folder = Directory.CreateTempSubdirectory("infomax-native-").FullName;
        Library = Path.Combine(Folder, TorchSharpElf.FileName);
        File.Copy(Shipped, Library);
    }

    /// <summary>The library in the TorchSharp package: the package brings the libraries of every system to all of them.</summary>
    public static string Shipped { get; } = Path.Combine(
        typeof(NativeLibraryFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "TorchSharpPackage").Value!,
        "runtimes",
        "linux-x64",
        "native",
        TorchSharpElf.FileName);

    /// <summary>Whether this is a Linux system whose libstdc++ the shipped library does not load with.</summary>
    public static bool SystemIsTooOld { get; } =
        OperatingSystem.IsLinux() && TorchSharpElf.FindLibrary() is { } library && !TorchSharpElf.Provides(library);

    public string Folder { get; }

    public string Library { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
