using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace InfoMax.Foundation;

/// <summary>Checks that TorchSharp's native library can be loaded, before TorchSharp itself tries.</summary>
/// <remarks>
/// TorchSharp's own loader runs in the static constructor of <see cref="torch"/>. Where it fails, it copies all of libtorch next to the
/// application and then blames a missing package, whatever the cause. What is done here loads the same files in the same way.
/// </remarks>
internal static class NativeBackend
{
    // Failures are not kept: an application may load the libraries itself and try again.
    private static readonly Lazy<bool> FirstCheck = new(Check, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>
    /// Throws an exception that names the cause and the remedies if the native library cannot be loaded for a cause
    /// that is known; costs nothing after the first call.
    /// </summary>
    /// <exception cref="DllNotFoundException">The system lacks what the library needs, or libtorch is missing.</exception>
    public static void EnsureLoadable() => _ = FirstCheck.Value;

    /// <summary>Calls <see cref="EnsureLoadable"/> and returns <paramref name="name"/>: for use in a call to a base constructor.</summary>
    public static string Checked(string name)
    {
        EnsureLoadable();
        return name;
    }

    private static bool Check()
    {
        // Naming the type does not run its static constructor.
        Assembly torchSharp = typeof(torch).Assembly;
        bool torchLoads = NativeLibrary.TryLoad("torch_cpu", torchSharp, null, out _);
        if (torchLoads && !OperatingSystem.IsLinux())
        {
            return true;
        }

        if (NativeLibrary.TryLoad("LibTorchSharp", torchSharp, null, out _) || LoadsFromCopies(torchSharp))
        {
            return true;
        }

        if (OperatingSystem.IsLinux())
        {
            string failure = (torchLoads ? "" : WhyNot("torch_cpu", torchSharp)) + WhyNot("LibTorchSharp", torchSharp);
            if (NativeLoadFailure.Explain(failure) is { } explanation)
            {
                throw explanation;
            }
        }

        // An unknown cause, or one that TorchSharp's loader may find a way around, is left to TorchSharp.
        if (!torchLoads && !IsShipped(torchSharp) && !IsMapped() && !IsInPackageFolder(torchSharp))
        {
            throw NativeLoadFailure.Missing();
        }

        return true;
    }

    private static string WhyNot(string library, Assembly assembly)
    {
        try
        {
            NativeLibrary.Load(library, assembly, null);
            return "";
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e.Message + "\n";
        }
    }

    // The folder into which TorchSharp's loader copies everything when it finds no other way.
    private static bool LoadsFromCopies(Assembly torchSharp) =>
        FolderOf(torchSharp) is { } folder
        && OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad(Path.Combine(folder, "cpu", "libLibTorchSharp.so"), out _);

    // A library that is there, and does not load, is not missing.
    private static bool IsShipped(Assembly torchSharp)
    {
        string file = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        IEnumerable<string> folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append(AppContext.BaseDirectory).Append(FolderOf(torchSharp) ?? "")
            .Any(folder => File.Exists(Path.Combine(folder, file)));
    }

    // Whether the application has loaded a libtorch of its own choice, such as that of a Python installation.
    private static bool IsMapped()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Any(module =>
            module.ModuleName.StartsWith("libtorch_cpu", StringComparison.Ordinal)
                || module.ModuleName.StartsWith("torch_cpu", StringComparison.OrdinalIgnoreCase));
    }

    // Scripts and notebooks have the packages in NuGet's folder alone; TorchSharp's loader looks there.
    private static bool IsInPackageFolder(Assembly torchSharp)
    {
        string? configured = Environment.GetEnvironmentVariable("NUGET_PACKAGES");
        string usual = string.IsNullOrEmpty(configured)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")
            : configured;
        string[] folders = FolderOf(torchSharp) is { } own ? [usual, Path.GetFullPath(Path.Combine(own, "..", "..", "..", ".."))] : [usual];
        return folders.Any(folder => Directory.Exists(folder) && Directory.EnumerateDirectories(folder, "libtorch-c*").Any());
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "The empty location of a single-file application is handled.")]
    private static string? FolderOf(Assembly assembly)
    {
        string? folder = Path.GetDirectoryName(assembly.Location);
        return string.IsNullOrEmpty(folder) ? null : folder;
    }
}
