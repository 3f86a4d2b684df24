using System.CommandLine;
using InfoMax.Datasets;
using InfoMax.QuickStart;
using InfoMax.Training;
using Spectre.Console;

namespace InfoMax.Samples.PaperObjectives;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "eurosat (the satellite images in this repository), cifar10=PATH, or folder=PATH (a folder of class folders).",
            DefaultValueFactory = _ => "eurosat",
        };
        data.Validators.Add(result =>
        {
            string value = result.GetValueOrDefault<string>() ?? string.Empty;
            if (value != "eurosat" && Split(value) is not ("cifar10" or "folder", { Length: > 0 }))
            {
                result.AddError($"--data: expected eurosat, cifar10=PATH or folder=PATH, got \"{value}\".");
            }
        });
        Option<int> seeds = Number("--seeds", "Runs of each objective, each with weights, batches and labels of its own.", 2);
        Option<int> epochs = Number("--epochs", "Passes over the training images.", 10);
        Option<int> labels = Number("--labels", "Labels that the probes get.", 1000);
        var images = new Option<int?>("--images") { Description = "Training images to use at most. Default: all." };
        var only = new Option<string?>("--only") { Description = "Run only the objectives whose name contains this." };
        var results = new Option<string>("--results") { Description = "File of finished runs, one JSON line each: what is in it is not run again.", DefaultValueFactory = _ => "paper-objectives.jsonl" };
        var table = new Option<string>("--table") { Description = "Where to write the table (Markdown).", DefaultValueFactory = _ => "paper-objectives.md" };

        var root = new RootCommand(
            "Trains one encoder by each objective of the paper (and a few beyond) on the same images, and probes what each has learned. Can be interrupted and goes on where it was.")
        {
            data, seeds, epochs, labels, images, only, results, table,
        };
        root.SetAction((parsed, cancellation) => Task.FromResult(Run(
            new Settings(
                new QuickStartOptions { Kind = Split(parsed.GetValue(data)!).Kind, Path = Split(parsed.GetValue(data)!).Path, Size = 32, Images = parsed.GetValue(images) },
                parsed.GetValue(seeds), parsed.GetValue(epochs), parsed.GetValue(labels), parsed.GetValue(only), parsed.GetValue(results)!, parsed.GetValue(table)!),
            cancellation)));
        return root;
    }

    private static int Run(Settings settings, CancellationToken cancellation)
    {
        try
        {
            NativeMemory.KeepFreedPages();
            return new Experiment(settings, AnsiConsole.Console).Run(cancellation);
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("[yellow]Stopped; what is finished is kept.[/]");
            return 130;
        }
        catch (Exception exception) when (exception is DatasetException or TrainingDivergedException or IOException or UnauthorizedAccessException or ArgumentException or DllNotFoundException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{exception.Message}[/]");
            return 1;
        }
    }

    private static (string Kind, string Path) Split(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (value, string.Empty) : (value[..equals], value[(equals + 1)..]);
    }

    private static Option<int> Number(string name, string description, int byDefault)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name}: expected a number of at least 1.");
            }
        });
        return option;
    }
}
