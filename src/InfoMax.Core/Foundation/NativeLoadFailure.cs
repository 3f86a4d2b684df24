using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace InfoMax.Foundation;

/// <summary>Says why a native library does not load, and what to do about it.</summary>
internal static partial class NativeLoadFailure
{
    private const string Page = "docs/internals/native-libraries.md of InfoMax";

    /// <summary>Finds in a message of the Linux loader that the system is too old for a library.</summary>
    /// <param name="message">The message, as of the exception of <see cref="NativeLibrary.Load(string)"/>.</param>
    /// <returns>An exception to throw, or null if the message says nothing of the kind.</returns>
    public static DllNotFoundException? Explain(string message)
    {
        Match match = MissingVersion().Match(message);
        if (!match.Success)
        {
            return null;
        }

        string system = match.Groups["system"].Value;
        string version = match.Groups["version"].Value;
        string library = match.Groups["library"].Value;
        string? newest = NewestVersion(system, version[..version.IndexOf('_', StringComparison.Ordinal)]);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"TorchSharp's native libraries cannot be loaded: {library} needs {version}, and {system} on this system " +
            $"{(newest is null ? "does not have it" : $"has no version above {newest}")}.");
        if (version == "GLIBCXX_3.4.32" && Path.GetFileName(library) == "libLibTorchSharp.so")
        {
            text.AppendLine("(libtorch is in place; TorchSharp's own message would wrongly say that its package is missing.) Any of " +
                "these helps:");
            text.AppendLine("- Put <InfoMaxRepairTorchSharp>true</InfoMaxRepairTorchSharp> into a <PropertyGroup> of the application's " +
                "project and build again: the library does not use what it asks for, and this marks it so in the application's output.");
            text.AppendLine("- Run on a system with libstdc++ 13 or newer: Ubuntu 24.04, Debian 13, RHEL 10, or a container image based " +
                "on one of these.");
        }
        else
        {
            text.AppendLine("It needs a newer system, or a container image based on one: Ubuntu 24.04, Debian 13 and RHEL 10 have all " +
                "that is needed.");
        }

        text.Append(CultureInfo.InvariantCulture, $"See {Page}.");
        return new DllNotFoundException(text.ToString(), new DllNotFoundException(message.Trim()));
    }

    /// <summary>What to throw when no libtorch is found at all.</summary>
    public static DllNotFoundException Missing()
    {
        string system = RuntimeInformation.RuntimeIdentifier;
        string package = true switch
        {
            _ when OperatingSystem.IsWindows() =>
                $"libtorch-cpu-win-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}",
            _ when OperatingSystem.IsMacOS() => "libtorch-cpu-osx-arm64",
            _ => "libtorch-cpu-linux-x64",
        };
        return new DllNotFoundException(
            $"The native library torch_cpu, a part of libtorch, was not found (system {system}). InfoMax leaves the choice of a build of " +
                $"libtorch to the application. Add one package to the application's project:" + Environment.NewLine
            + $"- TorchSharp-cpu (or, smaller, {package} of the version that TorchSharp asks for) to run on the CPU;" + Environment.NewLine
            + "- TorchSharp-cuda-linux or TorchSharp-cuda-windows to run on an NVIDIA GPU as well." + Environment.NewLine
            + $"There are packages for linux-x64 (glibc), win-x64, win-arm64 and osx-arm64. See {Page}.");
    }

    // The newest version with a prefix, as GLIBCXX_3.4.30, that the text in a library names.
    private static string? NewestVersion(string library, string prefix)
    {
        try
        {
            return VersionName().Matches(Encoding.Latin1.GetString(File.ReadAllBytes(library)))
                .Where(match => match.Groups["prefix"].Value == prefix)
                .MaxBy(match => Version.Parse(match.Groups["number"].Value))?.Value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?<system>[^\s:]+): version [`'](?<version>[A-Z]+_[0-9.]+)' not found \(required by (?<library>[^)]+)\)",
        RegexOptions.CultureInvariant)]
    private static partial Regex MissingVersion();

    [GeneratedRegex(@"(?<prefix>GLIBCXX|GLIBC|CXXABI)_(?<number>[0-9]+(\.[0-9]+){1,2})(?=\0)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionName();
}
