using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Encoders;
using InfoMax.QuickStart;
using InfoMax.Samples.Shared;
using InfoMax.Training;
using Spectre.Console;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Samples.PaperTables;

/// <summary>Runs the rows that are not done yet, and prints the table.</summary>
/// <param name="settings">What is asked for.</param>
/// <param name="console">Where to print.</param>
/// <param name="columns">Measure these columns alone; null for all.</param>
internal sealed class Experiment(Settings settings, IAnsiConsole console, IReadOnlyList<string>? columns = null)
{
    private readonly ResultLines<RowResult> _unfinished = new(Path.Combine(settings.Runs, "unfinished.jsonl"));

    public int Run(CancellationToken cancellation)
    {
        using SampleData data = SampleData.Read(settings.Data, new Progress<DatasetProgress>(), cancellation);
        using LabeledData train = data.Train.ToLabeled(),
            test = (data.Test ?? throw new ArgumentException("The tables need labeled images, and these have none.")).ToLabeled();
        IBatchSource images = data.LearningSource();
        using var owned = images as IDisposable;
        var table = new PaperTable(settings, (int)data.Train.Images.shape[1], data.Train.Images.shape[2]);
        string name = $"{data.Name}, {images.Count} images";

        Directory.CreateDirectory(Path.Combine(settings.Runs, "weights"));
        var file = new ResultLines<RowResult>(Path.Combine(settings.Runs, "rows.jsonl"));
        Dictionary<(int, string, string, int, string, string), RowResult> done = [];
        foreach (RowResult result in file.Read())
        {
            done[result.Key] = result;
        }

        // Cells of rows that were interrupted.
        Dictionary<(int, string, string, int, string, string), RowResult> begun = [];
        foreach (RowResult result in _unfinished.Read())
        {
            begun[result.Key] = result;
        }

        Row[] rows = [.. table.Rows.Where(r => settings.Only is null || settings.Only.Split(',').Any(o => Is(o.Trim(), r, table)))];
        if (rows.Length == 0)
        {
            throw new ArgumentException(
                $"No row of table {settings.Table} is named \"{settings.Only}\"; there are: " +
                $"{string.Join(", ", table.Rows.Select(r => r.Name))}.");
        }

        (Row Row, int Seed, IReadOnlyDictionary<string, Cell> Cells)[] todo =
        [
            .. from seed in Enumerable.Range(1, settings.Seeds)
               from row in rows
               let cells = (done.GetValueOrDefault(Key(name, row, seed)) ?? begun.GetValueOrDefault(Key(name, row, seed)))?.Cells
                   ?? new Dictionary<string, Cell>()
               where !done.ContainsKey(Key(name, row, seed)) || Missing(row, seed, table, train, cells).Any()
               select (row, seed, cells),
        ];
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"[bold]{table.Title}[/] on {name}, {test.Count} to test on. {todo.Length} rows to do.");
        foreach ((Row row, int seed, IReadOnlyDictionary<string, Cell> before) in todo)
        {
            (IReadOnlyDictionary<string, Cell> cells, double seconds) = row is LearnedRow learned
                ? Learn(learned, name, seed, table, images, train, test, before, cancellation)
                : (Label((LabeledRow)row, seed, train, test, before, cancellation), 0);
            (int t, string d, string r, int s, string training, string evaluation) = Key(name, row, seed);
            var result = new RowResult(t, d, r, s, training, evaluation, cells, seconds);
            // Weights that were there took the time that they took.
            RowResult? earlier = done.GetValueOrDefault(result.Key) ?? begun.GetValueOrDefault(result.Key);
            result = seconds == 0 && earlier is not null ? result with { Seconds = earlier.Seconds } : result;
            done[result.Key] = result;
            file.Add(result);
            string measured = string.Join(", ",
                cells.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value.Value:F2}")));
            console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"{row.Name}, seed {seed}: {measured} ({seconds:F0} s of training)");
        }

        RowResult[] shown =
        [
            .. from seed in Enumerable.Range(1, settings.Seeds)
               from row in table.Rows
               where done.ContainsKey(Key(name, row, seed))
               select done[Key(name, row, seed)],
        ];
        string reference = PublishedValues.Reference(settings.Table, data.Name);
        var printed = new ResultTable(table, shown, reference, PublishedValues.Of(settings.Table, reference));
        printed.Print(console);
        string output = settings.Output ?? Path.Combine(settings.Runs, $"table-{settings.Table}.md");
        File.WriteAllText(output,
            $"{printed.ToMarkdown()}\n{name}; {settings.Training(Network(table.Rows.OfType<LearnedRow>().First()))}; " +
            $"{settings.Evaluation}; {(settings.Seeds == 1 ? "one seed" : $"{settings.Seeds} seeds")}. {printed.Legend}\n");
        console.MarkupLineInterpolated($"Table: {output}");
        return 0;
    }

    /// <summary>Whether a row is meant by a word: by its whole name, or if no row has that, by a part of it.</summary>
    private static bool Is(string word, Row row, PaperTable table) =>
        table.Rows.Any(r => r.Name.Equals(word, StringComparison.OrdinalIgnoreCase))
            ? row.Name.Equals(word, StringComparison.OrdinalIgnoreCase) : row.Name.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the paper learns from on STL-10: crops at a random place, as they are or mirrored.</summary>
    private Augmentation CropAndMirror =>
        Augmentation.RandomCrop(padding: 0, settings.Data.Size).Then(Augmentation.Orientation(verticalMirror: 0, quarterTurns: false));

    private static string Network(Row row) => row switch
    {
        LearnedRow { Remark: "" } learned => learned.Network.Name,
        LearnedRow learned => $"{learned.Network.Name}, {learned.Remark}",
        _ => "supervised",
    };

    private (int Table, string Data, string Row, int Seed, string Training, string Evaluation) Key(string data, Row row, int seed) =>
        (settings.Table, data, row.Name, seed, settings.Training(Network(row)), settings.Evaluation);

    /// <summary>Columns that a row has not: none for most that are done, but a table may have got another, or a cell may have been taken
    /// out of the file to be measured again.</summary>
    private IEnumerable<string> Missing(Row row, int seed, PaperTable table, LabeledData train, IReadOnlyDictionary<string, Cell> cells)
    {
        if (row is LabeledRow labeled)
        {
            return labeled.Cells.Keys.Except(cells.Keys);
        }

        Measure[] missing = [.. Asked(table).Where(m => !cells.ContainsKey(m.Name))];
        if (missing.Length == 0)
        {
            return [];
        }

        using ConvEncoder encoder = new(((LearnedRow)row).Network.Description, seed);
        return [.. missing.Where(m => Subject.Gives(encoder, train, m.Feature)).Select(m => m.Name)];
    }

    private IEnumerable<Measure> Asked(PaperTable table) => table.Columns.Where(m => columns is null || columns.Contains(m.Name));

    private static Dictionary<string, Cell> Label(
        LabeledRow row, int seed, LabeledData train, LabeledData test, IReadOnlyDictionary<string, Cell> before,
            CancellationToken cancellation) =>
        row.Cells.ToDictionary(c => c.Key, c => before.TryGetValue(c.Key, out Cell? there) ? there
            : Measure.Percent(c.Value(train, test, seed, cancellation)));

    private (IReadOnlyDictionary<string, Cell> Cells, double Seconds) Learn(
        LearnedRow row, string data, int seed, PaperTable table, IBatchSource images, LabeledData train, LabeledData test,
            IReadOnlyDictionary<string, Cell> before, CancellationToken cancellation)
    {
        using ConvEncoder encoder = new(row.Network.Description, seed);
        double seconds = row.IsTrained ? Train(row, encoder, data, seed, images, cancellation) : 0;
        encoder.to(device(settings.Device));
        encoder.eval();
        using var subject = new Subject(encoder, train, test, settings, seed, cancellation);
        var cells = new Dictionary<string, Cell>(before);
        foreach (Measure measure in Asked(table).Where(m => !before.ContainsKey(m.Name) && Subject.Gives(encoder, train, m.Feature)))
        {
            long start = Stopwatch.GetTimestamp();
            Cell cell = measure.Of(subject);
            cells[measure.Name] = cell;
            (int t, string d, string r, int s, string training, string evaluation) = Key(data, row, seed);
            _unfinished.Add(new RowResult(t, d, r, s, training, evaluation, new Dictionary<string, Cell>(cells), seconds));
            double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"[gray]{row.Name}, seed {seed}, {measure.Name}: {cell.Value:F2} in {took:F0} s[/]");
        }

        return (cells, seconds);
    }

    /// <summary>Trains, or loads what an earlier run of this or another table has trained.</summary>
    private double Train(LearnedRow row, ConvEncoder encoder, string data, int seed, IBatchSource images, CancellationToken cancellation)
    {
        string key = $"{data}|{row.Name}|{seed}|{settings.Training(Network(row))}|{(settings.Small ? "small" : "published")}";
        string path = Path.Combine(settings.Runs, "weights",
            $"{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16]}.dat");
        if (File.Exists(path))
        {
            encoder.load(path);
            return 0;
        }

        Encoders.Encoder? wrapper = row.Wrap?.Invoke(encoder, seed);
        IBatchSource seen = settings.Data.CropFrom is null ? images : new AugmentedSource(images, CropAndMirror, seed);
        using DimTrainer trainer = new DimTrainer(wrapper ?? encoder, seen)
            .BatchSize(Settings.BatchSize).Epochs(settings.Epochs).LearningRate(settings.LearningRate).Seed(seed)
                .Device(device(settings.Device));
        if (row.Method is { } method)
        {
            trainer.Objectives(method);
        }

        row.Add?.Invoke(trainer);
        TrainingResult result = trainer.Fit(cancellation);
        cancellation.ThrowIfCancellationRequested();
        // Whole or not at all.
        encoder.save(path + ".part");
        File.Move(path + ".part", path, overwrite: true);
        return result.Elapsed.TotalSeconds;
    }
}
