using InfoMax.QuickStart;
using InfoMax.Samples.PaperTables;
using InfoMax.Samples.Shared;
using Spectre.Console;

namespace InfoMax.EndToEnd.Tests;

/// <summary>The program of the paper's tables: its published numbers, its rows, and that it goes on where it was.</summary>
public sealed class PaperTablesTests
{
    [Theory]
    [InlineData(1, "CIFAR-10", "DIM(L) infoNCE", "Y", 69.13, true)]
    [InlineData(1, "CIFAR-100", "NAT", "conv", 29.18, true)]
    [InlineData(1, "CIFAR-10", "β-VAE", "conv", 62.4, false)]
    [InlineData(2, "STL-10", "DIM(L) JSD", "SS", 76.96, true)]
    [InlineData(3, "CIFAR-10", "CPC", "conv", 77.45, false)]
    [InlineData(4, "CIFAR-10", "DIM(L+G)", "NDM", 22.89, true)]
    [InlineData(5, "CIFAR-100", "+ coord + occlude", "fc", 48.00, true)]
    public void Published_OfACell_IsThePapersNumberAndSaysWhetherItIsCertain(int table, string data, string row, string column,
        double value, bool certain)
    {
        PublishedValues.Of(table, data)[(row, column)].Should().Be(new PublishedValue(value, certain));
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 64)]
    [InlineData(3, 32)]
    [InlineData(3, 64)]
    [InlineData(4, 32)]
    [InlineData(5, 32)]
    public void Published_OfATable_StandsBesideARowAndAColumn(int table, int side)
    {
        var rows = new PaperTable(Settings(table, "unused") with { Small = false }, channels: 3, side);
        foreach ((string row, string column) in PublishedValues.Of(table, PublishedValues.Reference(table, "other")).Keys)
        {
            rows.Rows.Select(r => r.Name).Should().Contain(row);
            rows.Columns.Select(c => c.Name).Should().Contain(column);
        }
    }

    [Fact]
    public void Run_Interrupted_GoesOnWithWhatIsMissing()
    {
        string runs = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Settings settings = Settings(1, runs) with { Only = "untrained" };
            new Experiment(settings, Quiet()).Run(default).Should().Be(0);
            string lines = Path.Combine(runs, "rows.jsonl");
            File.ReadAllLines(lines).Should().ContainSingle();
            // What a run leaves that is ended while it writes.
            File.AppendAllText(lines, "{\"Table\":1,\"Da");

            new Experiment(settings with { Only = "untrained, NAT" }, Quiet()).Run(default).Should().Be(0);
            new ResultLines<RowResult>(lines).Read().Select(r => r.Row).Should().Equal("untrained", "NAT");
            string table = File.ReadAllText(Path.Combine(runs, "table-1.md"));
            table.Should().Contain("| NAT |").And.Contain("(56.19)").And.Contain("(62.19?)");

            // The weights of a row are kept: measuring it in another table trains nothing.
            new Experiment(settings with { Table = 4, Only = "NAT" }, Quiet(), columns: ["SVM Y"]).Run(default).Should().Be(0);
            new ResultLines<RowResult>(lines).Read()[^1].Should().Match<RowResult>(r => r.Table == 4 && r.Seconds == 0);

            // A cell that was taken out is measured again, and nothing else.
            RowResult nat = new ResultLines<RowResult>(lines).Read()[1];
            new ResultLines<RowResult>(lines)
                .Add(nat with { Cells = new Dictionary<string, Cell> { ["conv"] = nat.Cells["conv"], ["fc"] = new Cell(12.5) } });
            new Experiment(settings with { Only = "NAT" }, Quiet()).Run(default).Should().Be(0);
            RowResult completed = new ResultLines<RowResult>(lines).Read()[^1];
            completed.Cells.Should().BeEquivalentTo(new Dictionary<string, Cell>(nat.Cells) { ["fc"] = new Cell(12.5) });
            int count = File.ReadAllLines(lines).Length;
            new Experiment(settings, Quiet()).Run(default).Should().Be(0);
            File.ReadAllLines(lines).Should().HaveCount(count, "nothing is missing any more");
        }
        finally
        {
            Directory.Delete(runs, recursive: true);
        }
    }

    [Fact]
    public void Run_OnCrops_LearnsFromLargerImagesAndIsAnotherRow()
    {
        string runs = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Settings whole = Settings(1, runs) with { Only = "NAT" }, crops = whole with { Data = whole.Data with { CropFrom = 64 } };
            foreach (Settings settings in new[] { whole, crops, crops })
            {
                new Experiment(settings, Quiet(), columns: ["Y"]).Run(default).Should().Be(0);
            }

            RowResult[] rows = [.. new ResultLines<RowResult>(Path.Combine(runs, "rows.jsonl")).Read()];
            rows.Should().HaveCount(2, "the third run found its row");
            rows[1].Training.Should().Be(rows[0].Training + ", mirrored crops of 32 from 64");
            rows[1].Cells.Keys.Should().Equal("Y");
            Directory.GetFiles(Path.Combine(runs, "weights")).Should().HaveCount(2);
            new Experiment(crops with { Data = crops.Data with { CropFrom = 16 } }, Quiet()).Invoking(e => e.Run(default)).Should()
                .Throw<ArgumentException>().WithMessage("*at least 32 pixels*[3, 16, 16]*");
        }
        finally
        {
            Directory.Delete(runs, recursive: true);
        }
    }

    private static Settings Settings(int table, string runs) => new()
    {
        Table = table,
        Data = new QuickStartOptions { Kind = "eurosat", Path = "", Images = 128 },
        Epochs = 1,
        LearningRate = 1e-3,
        Units = 32,
        Locations = 4,
        DecoderWidth = 4,
        Labels = 128,
        Small = true,
        Runs = runs,
    };

    private static IAnsiConsole Quiet() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null), Ansi = AnsiSupport.No });
}
