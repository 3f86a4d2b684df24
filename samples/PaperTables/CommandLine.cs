using System.CommandLine;
using InfoMax.QuickStart;
using InfoMax.Samples.Shared;
using Spectre.Console;

namespace InfoMax.Samples.PaperTables;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    /// <summary>Tables by their number; the first is not the paper's.</summary>
    private static readonly string[] Tables = ["objectives", "1", "2", "3", "4", "5"];

    private static readonly string[] Kinds = ["cifar10", "cifar100", "mnist", "stl10", "tiny", "folder"];

    public static RootCommand Create()
    {
        var table = new Option<string>("--table")
        {
            Description = "Which table of the paper's last version: 1, 2, 3, 4 or 5; or \"objectives\": every objective by linear probes.",
            Required = true,
        };
        table.AcceptOnlyFromAmong([.. Tables]);
        var data = new Option<string>("--data")
        {
            Description = "eurosat (the satellite images in this repository), cifar10=PATH, cifar100=PATH, mnist=PATH, stl10=PATH, " +
                "tiny=PATH (Tiny ImageNet), or folder=PATH (class folders).",
            DefaultValueFactory = _ => "eurosat",
        };
        data.Validators.Add(result =>
        {
            string value = result.GetValueOrDefault<string>() ?? string.Empty;
            if (value != "eurosat" && !(Kinds.Contains(SampleCommand.Split(value).Kind) && SampleCommand.Split(value).Path.Length > 0))
            {
                result.AddError($"--data: expected eurosat or {string.Join("=PATH, ", Kinds)}=PATH, got \"{value}\".");
            }
        });
        var small = new Option<bool>("--small")
        {
            Description = "Settings for two cores: 10 epochs at 1e-3, 256 critic units, 16 locations, decoders of half the channels, " +
                "short probes. Without it, the published settings: a GPU and days.",
        };
        Option<int?> epochs = new Option<int?>("--epochs") { Description = "Passes over the images." }.AtLeastOne();
        Option<int?> images = new Option<int?>("--images") { Description = "Training images to use at most." }.AtLeastOne();
        Option<int?> labels = new Option<int?>("--labels")
        { Description = "Labels of probes and of the supervised network. Default: all." }.AtLeastOne();
        Option<int?> few = new Option<int?>("--few-labels")
        { Description = "Labels of the SS column. Default 5000; with --small 500." }.AtLeastOne();
        Option<int?> size = new Option<int?>("--size")
        {
            Description = "Side to which images of a folder, or the satellite images, are resized. Default: 64 for table 2 without " +
            "--small, else 32."
        }.AtLeastOne();
        Option<int?> cropFrom = new Option<int?>("--crop-from")
        {
            Description = "Learn from crops at random places, mirrored by chance, of images of this side (eurosat, stl10, folders with " +
                "parts train and test); features are of whole images. Default: 96 for stl10, as in the paper, else none.",
        }.AtLeastOne();
        Option<int?> seeds = new Option<int?>("--seeds")
        { Description = "Runs of each row, each with weights, batches and probes of its own. Default 1." }.AtLeastOne();
        var only = new Option<string?>("--only")
        {
            Description = "Run only rows of these names, separated by commas; a word that is no row's name stands for those that " +
            "contain it. The table shows all that are done."
        };
        var device = new Option<string>("--device") { Description = "Where to train: cpu or cuda.", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong("cpu", "cuda");
        var runs = new Option<string>("--runs")
        {
            Description = "Folder of finished rows (rows.jsonl) and weights: what is there is not run again.",
            DefaultValueFactory = _ =>
        "paper-tables"
        };
        var output = new Option<string?>("--output")
        { Description = "Where to write the table (Markdown). Default: into the folder of runs." };

        var root = new RootCommand(
            "Runs the rows of one of the paper's tables and prints what they measure beside the published numbers. Can be interrupted " +
            "and goes on where it was.")
        {
            table, data, small, epochs, images, labels, few, size, cropFrom, seeds, only, device, runs, output,
        };
        root.SetAction((parsed, cancellation) =>
        {
            (string kind, string path) = SampleCommand.Split(parsed.GetValue(data)!);
            bool isSmall = parsed.GetValue(small);
            int number = Array.IndexOf(Tables, parsed.GetValue(table));
            int side = parsed.GetValue(size) ?? (number == 2 && !isSmall ? 64 : 32);
            int? from = parsed.GetValue(cropFrom) ?? (kind == "stl10" ? 96 : null);
            var settings = new Settings
            {
                Table = number,
                Data = new QuickStartOptions
                {
                    Kind = kind,
                    Path = path,
                    Size = side,
                    Images = parsed.GetValue(images),
                    CropFrom = from == side ? null : from
                },
                Epochs = parsed.GetValue(epochs) ?? (isSmall ? 10 : kind.StartsWith("cifar", StringComparison.Ordinal) ? 1000 : 200),
                LearningRate = isSmall ? 1e-3 : 1e-4,
                Units = isSmall ? 256 : number == 3 ? 1024 : 2048,
                Locations = isSmall ? 16 : null,
                DecoderWidth = isSmall ? 32 : 64,
                Labels = parsed.GetValue(labels),
                FewLabels = parsed.GetValue(few) ?? (isSmall ? 500 : 5000),
                Small = isSmall,
                Seeds = parsed.GetValue(seeds) ?? 1,
                Only = parsed.GetValue(only),
                Device = parsed.GetValue(device)!,
                Runs = parsed.GetValue(runs)!,
                Output = parsed.GetValue(output),
            };
            return Task.FromResult(SampleCommand.Run(() => new Experiment(settings, AnsiConsole.Console).Run(cancellation)));
        });
        return root;
    }
}
