using System.Text.RegularExpressions;
using InfoMax.Data;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Reports.Model;
using SkiaSharp;
using static TorchSharp.torch;

namespace InfoMax.Reports.Tests;

public sealed partial class ReportTests : IDisposable
{
    private const string Evil = "<script>alert('x')</script> & \"more\"";
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Html_OfEverything_HoldsItAndLoadsNothing()
    {
        string page = Full().ToHtml();
        page.Should().StartWith("<!DOCTYPE html>").And.EndWith("</html>\n");
        page.Should().Contain("default-src 'none'", "the page says that it loads nothing");
        page.Should().NotContain("<script").And.NotContain("http-equiv=\"refresh\"");
        Links().Matches(page).Select(m => m.Groups[1].Value).Should().OnlyContain(
            address => address.StartsWith("data:", StringComparison.Ordinal));
        page.Should().ContainAll(
            "91.2", "± 0.4", "not run", "Information", "first map", "A picture", "Made again by", "dotnet run", "Nearest", "12 cores");
        page.Should().Contain("of the same class");
    }

    [Fact]
    public void Html_OfText_IsEscapedEverywhere()
    {
        var report = new Report
        {
            Title = Evil,
            Subtitle = Evil,
            Command = Evil,
            Machine = Evil,
            Facts = [(Evil, Evil)],
            Table = new ResultTable([Evil], [(Evil, Evil, [(0.5, null)])], Evil) { Notes = [Evil] },
            Curves = [new MetricCurve(Evil, Evil, [1, 2])],
            Maps = [new CodeMap(Evil, [(0, 0), (1, 1)], [0, 1], [Evil])],
            Neighbors = Neighbors(Evil),
            Pictures = [(Evil, Evil, [new Picture(Evil, "<svg></svg>", Evil)])],
        };
        string page = report.ToHtml();
        page.Should().NotContain("<script").And.NotContain("\"more\"");
        Regex.Count(page, Regex.Escape("&lt;script&gt;")).Should().BeGreaterThan(20);
    }

    [Fact]
    public void Text_ThatNoPageMayHold_IsReplaced()
    {
        const string Bad = "a\u0001b\ud800c\td";
        new Report { Title = Bad }.ToHtml().Should().Contain("<h1>a\ufffdb\ufffdc\td</h1>").And.NotContain("\u0001");
        var map = new CodeMap(Bad, [(0, 0), (1, 1)], [0, 1], [Bad, "e\uffff"]);
        System.Xml.Linq.XElement.Parse(Pictures.Scatter(map).Svg).Value.Should().Contain("a\ufffdb\ufffdc");
        System.Xml.Linq.XElement.Parse(Pictures.Neighbors(Neighbors(Bad)).Svg).Value.Should().Contain("a\ufffdb\ufffdc");
        System.Xml.Linq.XElement.Parse(Pictures.Confusion(new ConfusionMatrix([[1, 0], [0, 1]], [Bad, "b"])).Svg).Value.Should().Contain(
            "a\ufffdb\ufffdc");
        System.Xml.Linq.XElement.Parse(Pictures.Curves(Bad, [new MetricCurve(Bad, Bad, [1, 2])]).Svg).Value.Should().Contain(
            "a\ufffdb\ufffdc");
    }

    [Fact]
    public void Html_OfTheSameContent_IsTheSame() => Full().ToHtml().Should().Be(Full().ToHtml());

    [Fact]
    public void Html_OfATitleAlone_LeavesTheRestOut()
    {
        string page = new Report { Title = "alone" }.ToHtml();
        page.Should().Contain("<h1>alone</h1>").And.NotContain("<section").And.NotContain("Made again").And.NotContain(
            "class=\"subtitle\"");
        page.Should().Contain(".NET", "the machine is said by default");
        new Report { Title = "alone" }.ToString().Should().StartWith("alone: 0 facts");
    }

    [Fact]
    public void Html_HasTheImagesAsPng()
    {
        string page = new Report { Title = "t", Neighbors = Neighbors("first") }.ToHtml();
        string address = Links().Matches(page).Select(m => m.Groups[1].Value).First(
            a => a.StartsWith("data:image/png", StringComparison.Ordinal));
        using SKBitmap decoded = SKBitmap.Decode(Convert.FromBase64String(address["data:image/png;base64,".Length..]));
        (decoded.Width, decoded.Height).Should().Be((5, 4));
        decoded.GetPixel(2, 3).Should().Be(new SKColor(0, 0, 0), "the query is image 0");
        string last = Links().Matches(page).Last(m => m.Groups[1].Value.StartsWith("data:image/png", StringComparison.Ordinal))
            .Groups[1].Value;
        using SKBitmap other = SKBitmap.Decode(Convert.FromBase64String(last["data:image/png;base64,".Length..]));
        other.GetPixel(0, 0).Red.Should().BeGreaterThan(0);
    }

    [Fact]
    public void Html_OfPartsThatDoNotFit_SaysSo()
    {
        FluentActions.Invoking(() => new Report { Title = "t", Table = new ResultTable(["a", "b"], [("g", "f", [])], "c") }.ToHtml())
            .Should().Throw<ArgumentException>().WithMessage("*f*0 cells for 2 columns*");
        FluentActions.Invoking(() => new Report { Title = "t", Maps = [new CodeMap("m", [(0, 0)], [0, 1], [])] }.ToHtml())
            .Should().Throw<ArgumentException>().WithMessage("*1 points*m*got 2*");
        FluentActions.Invoking(() => new Report { Title = "t", Neighbors = new NeighborTable([], Neighbors("n").Rows) }.ToHtml())
            .Should().Throw<ArgumentException>().WithMessage("*by 0 representations*");
    }

    [Fact]
    public void Html_OfNumbersThatAreNone_IsDrawn()
    {
        var report =
            new Report
            {
                Title = "t",
                Curves =
                    [
                        new MetricCurve("c", "nats", [double.NaN, double.NaN]),
                        new MetricCurve("d", "nats", [1, double.NaN, double.PositiveInfinity, 2]),
                    ],
                Maps = [new CodeMap("m", [(double.NaN, 0), (1, 1)])],
            };
        report.ToHtml().Should().NotContain("NaN").And.Contain("No finite value was recorded").And.Contain("1 of 2 points are not finite");
    }

    [Fact]
    public void Html_OfACurveThatStartsFarOff_ShowsTheRest()
    {
        var curve = new MetricCurve("loss", "nats", [21, 3, 2.5, 2, 1.8, 1.6, 1.5, 1.4]);
        curve.Range().Should().Be((1.4, 2.5));
        new Report { Title = "t", Curves = [curve] }.ToHtml().Should().Contain("2 early epochs are off the scale: 3.00 to 21.0 nats.");
        new MetricCurve("flat", "nats", [3, 2.5, 2, 1.5, 1]).Range().Should().Be((1, 3));
        new Report { Title = "t", Curves = [new MetricCurve("flat", "nats", [3, 2.5, 2])] }.ToHtml().Should().NotContain("off the scale");
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    [InlineData(6, 3)]
    [InlineData(8, 4)]
    [InlineData(10, 5)]
    public void Html_OfTiles_PutsThemInEvenRows(int count, int columns)
    {
        (string, string)[] facts = [.. Enumerable.Range(0, count).Select(i => ($"fact {i}", "1"))];
        new Report { Title = "t", Facts = facts }.ToHtml().Should().Contain($"--tiles:{columns}\"");
    }

    [Fact]
    public void Html_OfDenseMarks_HasNoOutlines() => new Report { Title = "t" }.ToHtml().Should().MatchRegex(@"\.mark \{[^}]*stroke: none");

    [Fact]
    public void Html_OfAccuraciesThatAreNoNumbers_HasNoNaN()
    {
        var table = new ResultTable(["a"], [("g", "f", [(double.NaN, null)]), ("g", "h", [(0.5, double.NaN)])], "c");
        new Report { Title = "t", Table = table }.ToHtml().Should().NotContain("NaN").And.Contain("best of the column");
    }

    [Fact]
    public void Save_ReplacesWhatIsThere_OrLeavesIt()
    {
        string path = Path.Combine(_folder, "deep", "report.html");
        Full().Save(path);
        File.ReadAllText(path).Should().Be(Full().ToHtml());
        FluentActions.Invoking(() => new Report { Title = "bad", Maps = [new CodeMap("m", [], [0], [])] }.Save(path))
            .Should().Throw<ArgumentException>();
        File.ReadAllText(path).Should().Be(Full().ToHtml());
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Should().ContainSingle();
    }

    [Fact]
    public void Rows_OfProbeResults_HaveMeanAndSpread()
    {
        (FeatureSet train, FeatureSet test) = (Make.Features(60, 4, 3), Make.Features(30, 4, 3, seed: 2));
        using (train)
        using (test)
        {
            ProbeResult repeated =
                new LinearProbe { LabelCount = 12, Repeats = 3, C = 1 }.Evaluate(train, test), once = new LinearProbe { C = 1 }.Evaluate(
                train, test);
            ResultTable table = ResultTable.Of(["few", "all", "none"], [("DIM", "global", [repeated, once, null])], "caption");
            table.Rows.Single().Cells.Should().Equal((repeated.Mean, repeated.StandardDeviation), (once.Mean, null), (null, null));
            table.Notes.Should().Equal($"DIM: {repeated}", $"DIM: {once}");
            table.ToString().Should().Be("1 × 3: caption");
        }
    }

    private static NeighborTable Neighbors(string name)
    {
        using Tensor images = Make.Images(8);
        using var source = new InMemorySource(images);
        using FeatureSet features = Make.Features(8, 3, 2);
        return NeighborTable.Of(source, [(name, features)], [0], count: 2, classNames: [name, name]);
    }

    private static Report Full() => new()
    {
        Title = "All",
        Subtitle = "of it",
        Command = "dotnet run",
        Machine = "12 cores",
        Facts = [("accuracy", "91 %")],
        Table = new ResultTable(["1000 labels", "all"], [("DIM", "global", [(0.912, 0.004), (null, null)])], "caption"),
        Curves = [new MetricCurve("Information", "nats", [1, 2, 3])],
        Maps = [new CodeMap("first map", [(0, 0), (1, 1)], [0, 1], ["a", "b"])],
        Neighbors = Neighbors("Nearest"),
        Pictures = [("Group", "note", [new Picture("A picture", "<svg></svg>", "description")])],
    };

    [GeneratedRegex("(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Links();
}
