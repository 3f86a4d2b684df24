using System.Globalization;
using InfoMax.Datasets;
using InfoMax.Training;
using Spectre.Console;

namespace InfoMax.QuickStart;

/// <summary>What the program says on the console.</summary>
internal sealed class Screen(IAnsiConsole console)
{
    /// <summary>Exit code after Ctrl+C.</summary>
    public const int Stopped = 130;

    /// <summary>Runs the program and turns expected faults into one red line.</summary>
    public int Guard(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException)
        {
            console.MarkupLine("[yellow]Stopped.[/]");
            return Stopped;
        }
        catch (Exception e) when (e is DatasetException or TrainingDivergedException or IOException or UnauthorizedAccessException
            or ArgumentException or PlatformNotSupportedException or DllNotFoundException)
        {
            console.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return 1;
        }
    }

    public SampleData Read(QuickStartOptions options, CancellationToken cancellationToken)
    {
        SampleData data = null!;
        console.Status().Start("Reading images…", status =>
            data = SampleData.Read(options, new ReadProgress(status), cancellationToken));
        ImageSet train = data.Train;
        string labels = train.HasLabels ? $"{train.ClassNames.Count} classes, not shown to the encoder" : "no labels";
        string size = $"{train.Images.shape[2]}×{train.Images.shape[3]} pixels";
        console.MarkupLineInterpolated(
            $"[bold]{data.Name}[/]: {train.Count} images to learn from, {data.Test?.Count ?? 0} to test on, {size}, {labels}.");
        if (train.Skipped.Count > 0)
        {
            string first = $"{train.Skipped[0].Name}: {train.Skipped[0].Reason}";
            console.MarkupLineInterpolated($"[yellow]Skipped {train.Skipped.Count} files that could not be read. The first: {first}[/]");
        }

        return data;
    }

    public TrainingResult Train(Func<IProgress<TrainingProgress>, TrainingResult> train) => new TrainingDisplay(console).Run(train);

    public void Learned(TrainingResult training, int images)
    {
        string steps = $"{training.StepCount} steps, {training.Epochs.Count} epochs";
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"Learned from [bold]{images}[/] images without labels in {training.Elapsed.TotalSeconds:F0} s: {steps}.");
    }

    public ProbeTable Probe(Comparison comparison, SampleFeatures before, SampleFeatures after, CancellationToken cancellationToken)
    {
        ProbeTable table = null!;
        console.Status().Start("Probing…", status =>
            table = comparison.Run(before, after, text => status.Status(text), cancellationToken));
        ResultTables.Print(console, table);
        return table;
    }

    public void Report(string path, TimeSpan elapsed) => console.MarkupLineInterpolated(
        CultureInfo.InvariantCulture, $"Report: [link=file://{path}]{path}[/]   (whole run {elapsed.TotalSeconds:F0} s)");

    private sealed class ReadProgress(StatusContext status) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => status.Status($"Reading images… {value.Done} of {value.Total}");
    }
}
