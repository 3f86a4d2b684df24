using System.CommandLine;

namespace InfoMax.Samples.MutualInformation;

/// <summary>The command line: a first look, or the whole table.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var seeds = new Option<int>("--seeds")
        {
            Description = "Runs of each estimator on each task, each with samples, weights and batches of its own.",
            DefaultValueFactory = _ => 5
        };
        var steps = new Option<int>("--steps") { Description = "Most training steps of a run.", DefaultValueFactory = _ => 4000 };
        var workers = new Option<int>("--workers")
        { Description = "Runs at a time, on one thread each.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var results = new Option<string>("--results")
        {
            Description = "File of finished runs, one JSON line each: what is in it is not run again.",
            DefaultValueFactory = _ =>
        "mutual-information.jsonl"
        };
        var output = new Option<string>("--out")
        { Description = "Folder for the tables (Markdown) and the plot (SVG).", DefaultValueFactory = _ => "." };
        var only = new Option<string?>("--only") { Description = "Run only estimators or tasks whose name contains this." };
        foreach (Option<int> option in new[] { seeds, steps, workers })
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{option.Name}: expected a number of at least 1.");
                }
            });
        }

        var table = new Command("table",
            "Every estimator on 20-dimensional Gaussians of 2 to 10 nats and on the closed-form tasks: bias, spread and coverage over " +
            "seeds, with a plot. About an hour on two cores; can be interrupted.")
        {
            seeds, steps, workers, results, output, only,
        };
        table.SetAction((parsed, cancellation) => Task.FromResult(TableCommand.Run(
            new TableOptions(parsed.GetValue(seeds), parsed.GetValue(steps), parsed.GetValue(workers), parsed.GetValue(results)!,
                parsed.GetValue(output)!, parsed.GetValue(only)), cancellation)));
        var root = new RootCommand(
            "Estimates mutual information where the truth is known. Without a command: a first look, about a minute.") { table };
        root.SetAction((_, cancellation) => Task.FromResult(FirstLook.Run(cancellation)));
        return root;
    }
}
