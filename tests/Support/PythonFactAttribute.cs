using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace InfoMax.Tests.Support;

/// <summary>A test that runs Python with PyTorch and, if it says so, other packages; skipped where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    private static readonly ConcurrentDictionary<string, bool> Available = new();

    /// <param name="packages">What the script imports.</param>
    public PythonFactAttribute(string packages = "torch, safetensors.torch")
    {
        Packages = packages;
        if (!Available.GetOrAdd(packages, names => Run("-c", "import " + names).ExitCode == 0))
        {
            Skip = $"There is no Python with {packages}.";
        }
    }

    public string Packages { get; }

    private static string Program => Environment.GetEnvironmentVariable("INFOMAX_PYTHON")
        ?? (OperatingSystem.IsWindows() ? "python" : "python3");

    /// <summary>Runs Python; an exit code of −1 says that there is none, or that it did not end within two minutes.</summary>
    public static (int ExitCode, string Errors) Run(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(TimeSpan.FromMinutes(2)))
            {
                return (process.ExitCode, errors.Result);
            }

            process.Kill(entireProcessTree: true);
            return (-1, "Python did not end in time.");
        }
        catch (Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
