using InfoMax.Datasets;
using InfoMax.QuickStart;
using InfoMax.Training;
using InfoMax.Training.Memory;
using Spectre.Console;

return CommandLine.Create((options, cancellationToken) =>
{
    try
    {
        // On Linux a good part of a training step would go into getting memory that was just given back.
        NativeMemory.KeepFreedPages();
        return new Experiment(options, AnsiConsole.Console).Run(cancellationToken);
    }
    catch (OperationCanceledException)
    {
        AnsiConsole.MarkupLine("[yellow]Stopped.[/]");
        return 130;
    }
    catch (Exception exception) when (exception is DatasetException or TrainingDivergedException or IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException or DllNotFoundException)
    {
        AnsiConsole.MarkupLineInterpolated($"[red]{exception.Message}[/]");
        return 1;
    }
}).Parse(args).Invoke();
