using System.Globalization;
using InfoMax.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InfoMax.QuickStart;

/// <summary>Shows training as it goes: a bar with the time left, the terms of the loss, and their course. Plain lines where the output is
/// no terminal.</summary>
internal sealed class TrainingDisplay(IAnsiConsole console)
{
    private const int Width = 60;
    private static readonly string[] Levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

    private readonly List<double> _losses = [];

    public TrainingResult Run(Func<IProgress<TrainingProgress>, TrainingResult> train)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            return train(new Synchronous(Line));
        }

        TrainingResult? result = null;
        console.Live(new Text("Preparing…")).Start(live =>
        {
            result = train(new Synchronous(p => live.UpdateTarget(Picture(p))));
        });
        return result!;
    }

    private void Line(TrainingProgress p)
    {
        if (p.Step % (p.TotalSteps / p.EpochCount) == 0)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  epoch {p.Epoch,3} of {p.EpochCount}  loss {p.Metrics["local.loss"]:F3} ({p.Metrics["local.nats"]:F2} nats)  " +
                    $"{p.ExamplesPerSecond:F0} images/s  {Time(p.Remaining)} left"));
        }
    }

    private Panel Picture(TrainingProgress p)
    {
        _losses.Add(p.Metrics["local.loss"]);
        double share = (double)p.Step / p.TotalSteps;
        int full = (int)Math.Round(share * Width);
        var grid = new Grid().AddColumn().AddColumn();
        void Row(string name, string value) => grid.AddRow(new Markup($"[gray]{name}[/]"), new Markup(value));
        Row("epoch", $"[bold]{p.Epoch}[/] of {p.EpochCount}   [gray]step[/] {p.Step} of {p.TotalSteps}");
        Row("speed", Number(p.ExamplesPerSecond, "F0") + " images/s");
        Row("mutual information",
            $"[bold green]{Number(p.Metrics["local.nats"], "F2")}[/] nats, at least, between each patch and the code");
        Row("local loss", Number(p.Metrics["local.loss"], "F3") + "  [green]" + Sparkline() + "[/]");
        Row("prior", $"encoder {Number(p.Metrics["prior.loss"], "F3")}   discriminator {Number(p.Metrics["prior.discriminator"], "F3")}, " +
            $"right {Number(p.Metrics["prior.accuracy"] * 100, "F0")} %");
        IRenderable bar = new Markup(
            $"[green]{new string('━', full)}[/][gray]{new string('━', Width - full)}[/]  {Number(share * 100, "F0")} %   " +
            $"{Time(p.Elapsed)} gone, [bold]{Time(p.Remaining)}[/] left");
        return new Panel(new Rows(bar, new Text(string.Empty), grid)).Header(" Learning without labels ").BorderColor(Color.Green)
            .Padding(2, 1);
    }

    /// <summary>The course of the loss in at most 40 characters, each the mean of its share of the reports.</summary>
    private string Sparkline()
    {
        int count = Math.Min(40, _losses.Count);
        double[] means = [.. Enumerable.Range(0, count)
            .Select(i => _losses[(i * _losses.Count / count)..((i + 1) * _losses.Count / count)].Average())];
        (double low, double high) = (means.Min(), means.Max());
        return string.Concat(means.Select(m => Levels[(int)Math.Round((m - low) / Math.Max(high - low, 1e-9) * (Levels.Length - 1))]));
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time.TotalMinutes >= 60 ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
        : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>Reports on the training thread, in order.</summary>
    private sealed class Synchronous(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
