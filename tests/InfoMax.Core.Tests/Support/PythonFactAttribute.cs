using System.ComponentModel;
using System.Diagnostics;

namespace InfoMax.Core.Tests.Support;

/// <summary>A test that runs Python with PyTorch and safetensors; skipped where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Available = new(() => Run("-c", "import torch, safetensors.torch").ExitCode == 0);

    public PythonFactAttribute()
    {
        if (!Available.Value)
        {
            Skip = "There is no Python with torch and safetensors.";
        }
    }

    /// <summary>Runs Python; an exit code of −1 says that there is none, or that it did not end within two minutes.</summary>
    public static (int ExitCode, string Errors) Run(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "python" : "python3", arguments) { RedirectStandardError = true })!;
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
