using System.CommandLine;
using InfoMax.Samples.Shared;

namespace InfoMax.QuickStart;

/// <summary>The command line: what can be asked for, checked before anything is read.</summary>
internal static class CommandLine
{
    public static RootCommand Create(Func<QuickStartOptions, CancellationToken, int> run)
    {
        var data = new Option<string>("--data")
        {
            Description = "eurosat (the satellite images in this repository), folder=PATH (a folder of class folders, or of images " +
                "without labels), cifar10=PATH or mnist=PATH.",
            DefaultValueFactory = _ => "eurosat",
        };
        data.Validators.Add(result =>
        {
            string value = result.GetValueOrDefault<string>() ?? string.Empty;
            if (value != "eurosat" && SampleCommand.Split(value) is not ("folder" or "cifar10" or "mnist", { Length: > 0 }))
            {
                result.AddError($"--data: expected eurosat, folder=PATH, cifar10=PATH or mnist=PATH, got \"{value}\".");
            }
        });
        Option<int?> epochs =
            Number<int?>("--epochs", "Passes over the training images. Default: about 42,000 images in all, 5 to 50 passes.", 1, 100_000);
        Option<int?> images = Number<int?>("--images", "Training images to use at most. Default: all.", 128, int.MaxValue);
        Option<int> labels = Number<int>("--labels", "Labels in the column of few labels.", 10, int.MaxValue, 1000);
        Option<int> repeats = Number<int>("--repeats", "Repeats of each probe, each with labels of its own draw.", 1, 100, 3);
        Option<int> seed = Number<int>("--seed", "Seed of everything.", int.MinValue, int.MaxValue, 1);
        Option<int> size = Number<int>("--size", "Side in pixels to which the images of a folder are resized: 28, 32 or 64.", 28, 64, 32);
        size.AcceptOnlyFromAmong("28", "32", "64");
        var unsupervised = new Option<bool>("--no-supervised")
        { Description = "Leave out the comparison with the same network trained with labels alone." };
        var report = new Option<string>("--report")
        { Description = "Where to write the report.", DefaultValueFactory = _ => "infomax-report.html" };
        var pictures = new Option<string?>("--pictures") { Description = "A folder to write the pictures to as SVG files as well." };

        var root = new RootCommand(
            "Deep InfoMax learns from images without labels; then probes show what it has learned, with few labels and with many. With " +
                "no arguments: 3,500 satellite images, three to four minutes.")
        {
            data, epochs, images, labels, repeats, seed, size, unsupervised, report, pictures,
        };
        root.SetAction((parsed, cancellation) => Task.FromResult(run(
            new QuickStartOptions
            {
                Kind = SampleCommand.Split(parsed.GetValue(data)!).Kind,
                Path = SampleCommand.Split(parsed.GetValue(data)!).Path,
                Epochs = parsed.GetValue(epochs),
                Images = parsed.GetValue(images),
                Labels = parsed.GetValue(labels),
                Repeats = parsed.GetValue(repeats),
                Seed = parsed.GetValue(seed),
                Size = parsed.GetValue(size),
                Supervised = !parsed.GetValue(unsupervised),
                Report = parsed.GetValue(report)!,
                Pictures = parsed.GetValue(pictures),
            },
            cancellation)));
        return root;
    }

    private static Option<T> Number<T>(string name, string description, int minimum, int maximum, int? byDefault = null)
    {
        var option = new Option<T>(name) { Description = description };
        if (byDefault is { } value)
        {
            option.DefaultValueFactory = _ => (T)(object)value;
        }

        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int number) && (number < minimum || number > maximum))
            {
                result.AddError($"{name}: expected a number from {minimum} to {maximum}, got {number}.");
            }
        });
        return option;
    }
}
