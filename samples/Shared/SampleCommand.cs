using System.CommandLine;
using InfoMax.Datasets;
using InfoMax.Training;
using InfoMax.Training.Memory;
using InfoMax.Weights;
using Spectre.Console;

namespace InfoMax.Samples.Shared;

/// <summary>What the command lines of the samples have in common.</summary>
internal static class SampleCommand
{
    /// <summary>"kind=path" in two, or a kind alone.</summary>
    public static (string Kind, string Path) Split(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (value, string.Empty) : (value[..equals], value[(equals + 1)..]);
    }

    /// <summary>The option, which refuses numbers below 1.</summary>
    public static Option<T> AtLeastOne<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int number) && number < 1)
            {
                result.AddError($"{option.Name}: expected a number of at least 1, got {number}.");
            }
        });
        return option;
    }

    /// <summary>Runs something resumable: what the user can act on is a message and not a stack of calls.</summary>
    public static int Run(Func<int> action)
    {
        try
        {
            NativeMemory.KeepFreedPages();
            return action();
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("[yellow]Stopped; what is finished is kept.[/]");
            return 130;
        }
        catch (Exception exception) when (exception is DatasetException or CheckpointException or TrainingDivergedException or IOException
            or UnauthorizedAccessException or ArgumentException or DllNotFoundException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{exception.Message}[/]");
            return 1;
        }
    }
}
