using System.Globalization;
using System.Xml.Linq;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Reports.Drawing;
using InfoMax.Reports.Model;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Reports.Tests;

public sealed class PicturesTests : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly string _folder = Directory.CreateTempSubdirectory("infomax").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Scatter_OfClasses_HasAMarkForEachFinitePointAndNames()
    {
        var map = new CodeMap(
            "a <map> & more", [(0, 0), (1, 2), (double.NaN, 1), (3, 1), (2, 2)], [0, 1, 1, 2, 0], ["forest <&>", "river"]);
        Picture picture = Pictures.Scatter(map);
        XElement root = Parse(picture);
        // A circle is an ellipse, a square a rectangle, a triangle a polygon; the legend has one of each too.
        (Count(root, "ellipse") + Count(root, "circle")).Should().Be(2 + 1);
        string text = string.Join("|", root.Descendants(Svg + "text").Select(t => t.Value.Trim('\u00a0', ' ')));
        text.Should().Contain("forest <&>").And.Contain("river").And.Contain("class 2");
        picture.Title.Should().Be("a <map> & more");
        picture.Description.Should().Be("4 examples as points in two dimensions, colored by 3 classes.");
        Parse(Pictures.Scatter(new CodeMap("plain", map.Points))).Descendants(Svg + "text").Should().BeEmpty(
            "without classes there is no legend");
    }

    [Fact]
    public void Scatter_OfLabelsThatDoNotFit_SaysSo()
    {
        Expect.ArgumentFault(() => Pictures.Scatter(new CodeMap("m", [(0, 0), (1, 1)], [0], [])), "map", "2 points", "got 1");
        Expect.ArgumentFault(() => Pictures.Scatter(new CodeMap("m", [(0, 0), (1, 1)], [0, -1], [])), "map", "-1");
    }

    [Fact]
    public void Components_AreThoseOfPrincipalComponentAnalysis_EvenlyTaken()
    {
        using FeatureSet features = Make.Features(50, 6, 5);
        CodeMap all = CodeMap.Components("all", features), some = CodeMap.Components("some", features, ["a"], points: 10);
        using FeatureSet projected = PrincipalComponents.Fit(features, 2).Transform(features);
        float[] expected = [.. projected.Values.data<float>()];
        all.Points.SelectMany(p => new[] { (float)p.X, (float)p.Y }).Should().Equal(expected);
        some.Points.Should().Equal(Enumerable.Range(0, 10).Select(i => all.Points[5 * i]));
        some.Labels.Should().Equal(Enumerable.Range(0, 10).Select(i => 5 * i % 5));
        using FeatureSet narrow = Make.Features(5, 1, 0);
        Expect.ArgumentFault(() => CodeMap.Components("narrow", narrow), "features", "two numbers", "5 of 1");
        FluentActions.Invoking(() => CodeMap.Components("few", features, points: 1))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(
            "points");
        LiveTensors.ShouldNotGrow(2, () => CodeMap.Components("all", features));
    }

    [Fact]
    public void Neighborhoods_OfSeparateClasses_KeepThemApart()
    {
        using FeatureSet features = Make.Features(60, 10, 3);
        CodeMap map = CodeMap.Neighborhoods("t-SNE", features, options: new TSne { Perplexity = 8, Iterations = 300 });
        double Squared(int i, int j) => Square(map.Points[i].X - map.Points[j].X) + Square(map.Points[i].Y - map.Points[j].Y);
        int Nearest(int i) => Enumerable.Range(0, 60).Where(j => j != i).MinBy(j => Squared(i, j));
        int right = Enumerable.Range(0, 60).Count(i => map.Labels![Nearest(i)] == map.Labels[i]);
        right.Should().BeGreaterThanOrEqualTo(57);
        CodeMap.Neighborhoods("few", features, points: 12).Points.Should().HaveCount(12, "the perplexity follows the number of rows");
        LiveTensors.ShouldNotGrow(2, () => CodeMap.Neighborhoods("few", features, points: 12));
    }

    [Fact]
    public void Confusion_HasItsCountsAndNames()
    {
        var matrix = new ConfusionMatrix([[41, 2, 0], [3, 52, 5], [0, 0, 67]], ["first", "second", "third"]);
        Picture picture = Pictures.Confusion(matrix);
        string[] texts = [.. Parse(picture).Descendants(Svg + "text").Select(t => t.Value.Trim())];
        texts.Should().Contain(["41", "52", "67", "2", "3", "5", "first", "second", "third", "true class", "predicted class"])
            .And.NotContain("0");
        picture.Title.Should().Be("94.1 % right");
        picture.Description.Should().Contain("170 examples in 3 classes").And.Contain("Hardest class: second");
        Pictures.Confusion(matrix, "mine").Title.Should().Be("mine");
        var many = new ConfusionMatrix(
            [.. Enumerable.Range(0, 100).Select(i => (IReadOnlyList<int>)[.. Enumerable.Range(0, 100).Select(j => i == j ? 7 : 0)])]);
        Parse(Pictures.Confusion(many)).Descendants(Svg + "text").Select(t => t.Value).Should().NotContain("7");
    }

    public static TheoryData<string> PriorNames => ["uniform", "gaussian", "ball", "sphere"];

    [Theory]
    [MemberData(nameof(PriorNames))]
    public void Codes_ThatFollowAPrior_LieOnIt(string name)
    {
        Prior prior = new[] { Prior.Uniform, Prior.Gaussian, Prior.Ball, Prior.Sphere }.Single(p => p.Name == name);
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor drawn = prior.Sample(20_000, 4, generator);
        // The prior's own squashing undone.
        using FeatureSet codes = FeatureSet.FromMatrix(name switch
        {
            "uniform" => drawn.clamp(1e-6, 1 - 1e-6).logit(),
            "ball" => drawn / (1 - drawn.square().sum(1, keepdim: true)).sqrt(),
            _ => drawn,
        });
        UnitDensities densities = UnitDensities.Of(codes, prior);
        densities.Units.Should().HaveCount(4).And.AllSatisfy(unit => unit.Sum(d => d * densities.Width).Should().BeApproximately(1, 1e-9));
        densities.Prior!.Sum(d => d * densities.Width).Should().BeApproximately(1, 1e-9);
        double most = densities.Prior!.Max();
        for (int b = 0; b < UnitDensities.Bins; b++)
        {
            densities.Units.Average(unit => unit[b]).Should().BeApproximately(densities.Prior![b], 0.06 * most);
        }

        if (name == "uniform")
        {
            (densities.Low, densities.Low + (UnitDensities.Bins * densities.Width)).Should().Be((0, 1));
            densities.PriorMean.Should().BeApproximately(0.5, 0.005);
            densities.PriorDeviation.Should().BeApproximately(Math.Sqrt(1 / 12.0), 0.005);
        }

        Picture picture = Pictures.Codes(codes, prior);
        Parse(picture).Descendants(Svg + "text").Select(t => t.Value.Trim('\u00a0', ' ')).Should().Contain(
            [$"{name} prior", "all units", "80 % of the units"]);
        picture.Description.Should().Contain("4 units").And.Contain(
            string.Create(CultureInfo.InvariantCulture, $"mean {densities.Mean:F2}"));
    }

    [Fact]
    public void Codes_AllInOnePlace_AreDrawn()
    {
        using var scope = NewDisposeScope();
        using FeatureSet codes = FeatureSet.FromMatrix(zeros(50, 3));
        Parse(Pictures.Codes(codes)).Should().NotBeNull();
        Parse(Pictures.Codes(codes, Prior.Uniform)).Should().NotBeNull();
        Parse(Pictures.Codes(codes, Prior.Custom("none", (n, d, _) => zeros(n, d)))).Should().NotBeNull();
        LiveTensors.ShouldNotGrow(2, () => Pictures.Codes(codes));
    }

    [Fact]
    public void Codes_WithoutAPrior_HaveNoneDrawn()
    {
        using FeatureSet codes = Make.Features(50, 3, 0);
        Picture picture = Pictures.Codes(codes);
        picture.Svg.Should().NotContain("prior");
        picture.Description.Should().StartWith("Density of the 3 units of the code: mean ").And.NotContain("prior");
    }

    [Fact]
    public void Confusion_WithClassesThatNobodyHasOrPredicts_HasNoNaN()
    {
        // The third class has no test rows, the second is never predicted.
        Picture picture = Pictures.Confusion(new ConfusionMatrix([[5, 0, 1], [4, 0, 0], [0, 0, 0]], ["a", "b", "c"]));
        picture.Description
            .Should().Contain("Hardest class: b, never predicted, recall 0 %.").And.Contain("1 classes have no test examples")
                .And.NotContain(
            "NaN");
        Picture nothing = Pictures.Confusion(new ConfusionMatrix([[0, 0], [0, 0]]));
        (nothing.Title, nothing.Description.Contains("NaN", StringComparison.Ordinal)).Should().Be(("no test examples", false));
    }

    [Fact]
    public void Curves_WithValuesThatAreNoNumbers_SaySoInWords()
    {
        string text =
            Pictures.Curves("c", [new MetricCurve("loss", "nats", [1, 2, double.NaN]), new MetricCurve("gone", "nats", [double.NaN])])
                .Description;
        text.Should().Be("Over 3 epochs, in nats: loss from 1 to 2, then not finite; gone no finite value.");
        new MetricCurve("loss", "nats", [1, 2, double.NaN]).ToString().Should().Be("loss: 1 to 2, then not finite nats in 3 epochs");
    }

    [Fact]
    public void Svg_OfAPlot_HasAViewBox()
    {
        Picture picture = Pictures.Curves("c", [new MetricCurve("loss", "nats", [1, 2])]);
        Parse(picture).Attribute("viewBox")!.Value.Should().Be("0 0 860 400");
    }

    [Fact]
    public void Metrics_OfARun_AreLinesWithNames()
    {
        Dictionary<string, double> At(double loss, double nats) => new() { ["local.loss"] = loss, ["local.nats"] = nats };
        var training = new TrainingResult(
            StopReason.Completed,
            [new(1, 5, At(3, 0.5), TimeSpan.Zero), new(2, 5, At(double.NaN, 1), TimeSpan.Zero), new(3, 5, At(2, 1.5), TimeSpan.Zero)],
            15,
            TimeSpan.Zero,
            1);
        Picture picture = Pictures.Metrics(training, [("local.loss", "loss"), ("local.nats", "information")]);
        Parse(picture).Descendants(Svg + "text").Select(t => t.Value.Trim('\u00a0', ' ')).Should().Contain(
            ["loss", "information", "epoch", "nats"]);
        picture.Svg.Should().NotContain("NaN");
        picture.Description.Should().Be("Over 3 epochs, in nats: loss from 3 to 2; information from 0.5 to 1.5.");
        Expect.ArgumentFault(() => Pictures.Metrics(training, [("local", "loss")]), "metric", "local.loss, local.nats", "\"local\"");
        Expect.ArgumentFault(() => Pictures.Metrics(training, []), "metrics", "none");
        Expect.ArgumentFault(() => Pictures.Curves("c", []), "curves", "none");
    }

    [Fact]
    public void Save_WritesTheWholeFileOrNone()
    {
        var picture = new Picture("t", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "d");
        string path = Path.Combine(_folder, "new", "p.svg");
        picture.Save(path);
        File.ReadAllText(path).Should().Be(picture.Svg);
        Directory.CreateDirectory(Path.Combine(_folder, "taken.svg"));
        FluentActions.Invoking(() => picture.Save(Path.Combine(_folder, "taken.svg"))).Should().Throw<Exception>().Which.Should().Match(
            e => e is IOException || e is UnauthorizedAccessException);
        Directory.EnumerateFiles(_folder).Should().BeEmpty("no draft is left");
        Expect.ArgumentFault(() => _ = new Picture("t", "<p>", "d"), "svg", "<p>");
    }

    [Fact]
    public void Save_LongNameOrLink_WritesTheFileItself()
    {
        var picture = new Picture("t", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "d");
        string longest = Path.Combine(_folder, new string('n', 251) + ".svg");
        picture.Save(longest);
        File.ReadAllText(longest).Should().Be(picture.Svg);
        if (!OperatingSystem.IsWindows())
        {
            string file = Path.Combine(_folder, "file.svg"), link = Path.Combine(_folder, "link.svg");
            File.CreateSymbolicLink(link, file);
            picture.Save(link);
            new FileInfo(link).LinkTarget.Should().Be(file);
            File.ReadAllText(file).Should().Be(picture.Svg);
        }
    }

    private static XElement Parse(Picture picture)
    {
        XElement root = XElement.Parse(picture.Svg);
        root.Name.Should().Be(Svg + "svg");
        return root;
    }

    private static int Count(XElement root, string name) => root.Descendants(Svg + name).Count();

    private static double Square(double value) => value * value;
}
