using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using InfoMax.Training;
using InfoMax.Training.Memory;
using Spectre.Console;

namespace InfoMax.Samples.BeyondImages;

/// <summary>The command line: a command for each example, all of them without one.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var seeds = new Option<int>("--seeds")
        { Description = "Runs, each with data, weights and labels of its own.", DefaultValueFactory = _ => 3, Recursive = true };
        seeds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--seeds: expected a number of at least 1.");
            }
        });
        var markdown = new Option<bool>("--markdown") { Description = "Print tables as Markdown.", Recursive = true };
        IExample[] examples = [new SequenceExample(), new GraphExample(), new VolumeExample(), new ModalitiesExample()];
        var root = new RootCommand(
            "Deep InfoMax on sequences, graphs, volumes and pairs of modalities, each with a known answer. Without a command: all of " +
            "them.") { seeds, markdown };
        root.SetAction((parsed, cancellation) =>
            Task.FromResult(Run(examples, parsed.GetValue(seeds), parsed.GetValue(markdown), cancellation)));
        foreach (IExample example in examples)
        {
            var command = new Command(example.Name, example.Description);
            command.SetAction((parsed, cancellation) =>
                Task.FromResult(Run([example], parsed.GetValue(seeds), parsed.GetValue(markdown), cancellation)));
            root.Add(command);
        }

        return root;
    }

    private static int Run(IReadOnlyList<IExample> examples, int seeds, bool markdown, CancellationToken cancellation)
    {
        try
        {
            NativeMemory.KeepFreedPages();
            foreach (IExample example in examples)
            {
                var clock = Stopwatch.StartNew();
                AnsiConsole.Write(new Rule(example.Name) { Justification = Justify.Left });
                AnsiConsole.MarkupLineInterpolated($"[gray]{example.Description}[/]");
                var comparison = new Comparison([.. Enumerable.Range(1, seeds).Select(seed =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    return example.Run(seed, line => AnsiConsole.MarkupLineInterpolated($"[gray]  seed {seed} of {seeds}: {line}[/]"),
                        cancellation);
                })]);
                if (markdown)
                {
                    Console.WriteLine(comparison.Markdown(example.Chance));
                }
                else
                {
                    AnsiConsole.Write(comparison.View(example.Chance));
                }

                AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture,
                    $"[gray]Mean ± standard deviation over {seeds} seeds; {clock.Elapsed.TotalSeconds:F0} s.[/]"));
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("[yellow]Stopped.[/]");
            return 130;
        }
        catch (Exception exception) when (exception is TrainingDivergedException or DllNotFoundException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{exception.Message}[/]");
            return 1;
        }
    }
}
