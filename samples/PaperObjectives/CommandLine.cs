using System.CommandLine;
using InfoMax.QuickStart;
using InfoMax.Samples.Shared;
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
            if (value != "eurosat" && SampleCommand.Split(value) is not ("cifar10" or "folder", { Length: > 0 }))
            {
                result.AddError($"--data: expected eurosat, cifar10=PATH or folder=PATH, got \"{value}\".");
            }
        });
        Option<int> seeds = new Option<int>("--seeds") { Description = "Runs of each objective, each with weights, batches and labels of its own.", DefaultValueFactory = _ => 2 }.AtLeastOne();
        Option<int> epochs = new Option<int>("--epochs") { Description = "Passes over the training images.", DefaultValueFactory = _ => 10 }.AtLeastOne();
        Option<int> labels = new Option<int>("--labels") { Description = "Labels that the probes get.", DefaultValueFactory = _ => 1000 }.AtLeastOne();
        var images = new Option<int?>("--images") { Description = "Training images to use at most. Default: all." };
        var only = new Option<string?>("--only") { Description = "Run only the objectives whose name contains this." };
        var results = new Option<string>("--results") { Description = "File of finished runs, one JSON line each: what is in it is not run again.", DefaultValueFactory = _ => "paper-objectives.jsonl" };
        var table = new Option<string>("--table") { Description = "Where to write the table (Markdown).", DefaultValueFactory = _ => "paper-objectives.md" };

        var root = new RootCommand(
            "Trains one encoder by each objective of the paper (and a few beyond) on the same images, and probes what each has learned. Can be interrupted and goes on where it was.")
        {
            data, seeds, epochs, labels, images, only, results, table,
        };
        root.SetAction((parsed, cancellation) =>
        {
            var settings = new Settings(
                new QuickStartOptions { Kind = SampleCommand.Split(parsed.GetValue(data)!).Kind, Path = SampleCommand.Split(parsed.GetValue(data)!).Path, Size = 32, Images = parsed.GetValue(images) },
                parsed.GetValue(seeds), parsed.GetValue(epochs), parsed.GetValue(labels), parsed.GetValue(only), parsed.GetValue(results)!, parsed.GetValue(table)!);
            return Task.FromResult(SampleCommand.Run(() => new Experiment(settings, AnsiConsole.Console).Run(cancellation)));
        });
        return root;
    }
}
