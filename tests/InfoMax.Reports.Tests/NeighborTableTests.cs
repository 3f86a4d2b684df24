using System.Globalization;
using System.Xml.Linq;
using InfoMax.Data;
using InfoMax.Evaluation.Features;
using InfoMax.Reports.Model;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Reports.Tests;

public sealed class NeighborTableTests
{
    [Fact]
    public void Of_ARepresentation_FindsTheNearestByL1AndLeavesTheQueryOut()
    {
        using Tensor images = Make.Images(40);
        using var source = new InMemorySource(images);
        using FeatureSet features = Make.Features(40, 7, 4), other = Make.Features(40, 2, 0, seed: 2);
        NeighborTable table = NeighborTable.Of(
            source, [("first", features), ("second", other)], [3, 17], count: 5, classNames: ["a", "b", "c"]);
        table.Representations.Should().Equal("first", "second");
        foreach ((int query, NeighborRow row) in new[] { 3, 17 }.Zip(table.Rows))
        {
            Number(row.Query).Should().Be(query);
            row.Query.SameClassAsQuery.Should().BeNull();
            foreach ((FeatureSet set, int i) in new[] { (features, 0), (other, 1) })
            {
                int[] expected = [.. Enumerable.Range(0, 40).Where(r => r != query).OrderBy(r => L1(set, query, r)).Take(5)];
                row.Neighbors[i].Select(Number).Should().Equal(expected);
                row.Neighbors[i].Select(image => image.SameClassAsQuery).Should().Equal(expected.Select(r => (bool?)(r % 4 == query % 4)));
                row.Neighbors[i].Select(image => image.Label).Should().Equal(
                    expected.Select(r => new[] { "a", "b", "c", "class 3" }[r % 4]));
            }
        }

        LiveTensors.ShouldNotGrow(2, () => NeighborTable.Of(source, [("first", features)], [1], count: 2));
    }

    [Fact]
    public void Of_EqualRows_StillLeavesTheQueryOut()
    {
        using Tensor images = Make.Images(6);
        using var source = new InMemorySource(images);
        using Tensor same = ones(6, 3);
        using FeatureSet features = FeatureSet.FromMatrix(same);
        NeighborTable table = NeighborTable.Of(source, [("same", features)], [4], count: 5);
        table.Rows[0].Neighbors[0].Select(Number).Should().Equal(0, 1, 2, 3, 5);
    }

    [Fact]
    public void Of_NoQueries_TakesOneOfEachClassOrSomeSpreadEvenly()
    {
        using Tensor images = Make.Images(40);
        using var source = new InMemorySource(images);
        using FeatureSet labeled = Make.Features(40, 3, 4), plain = Make.Features(40, 3, 0);
        NeighborTable.Of(source, [("f", labeled)]).Rows.Select(row => Number(row.Query)).Should().Equal(0, 1, 2, 3);
        NeighborTable table = NeighborTable.Of(source, [("f", plain)]);
        table.Rows.Select(row => Number(row.Query)).Should().Equal(0, 5, 10, 15, 20, 25, 30, 35);
        table.Rows[0].Neighbors[0].Should().HaveCount(6).And.OnlyContain(image => image.Label == null && image.SameClassAsQuery == null);
    }

    [Fact]
    public void Of_WrongArguments_SaysWhatWasExpected()
    {
        using Tensor images = Make.Images(10), wide = zeros(10, 2, 4, 4), flat = zeros(10, 4);
        using InMemorySource source = new(images), channels = new(wide), vectors = new(flat);
        using FeatureSet features = Make.Features(10, 3, 2), fewer = Make.Features(9, 3, 2);
        Expect.ArgumentFault(() => NeighborTable.Of(source, []), "representations", "none");
        Expect.ArgumentFault(() => NeighborTable.Of(source, [("fewer", fewer)]), "representations", "10 images", "got 9", "fewer");
        Expect.ArgumentFault(() => NeighborTable.Of(channels, [("f", features)]), "images", "C of 1 or 3", "[2, 4, 4]");
        Expect.ArgumentFault(() => NeighborTable.Of(vectors, [("f", features)]), "images", "[4]");
        Expect.ArgumentFault(() => NeighborTable.Of(source, [("f", features)], [10]), "queries", "0 to 9", "[10]");
        FluentActions.Invoking(() => NeighborTable.Of(source, [("f", features)], count: 10))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("count").WithMessage("*1 to 9*");
        FluentActions.Invoking(() => NeighborTable.Of(source, [("f", features)], cancellationToken: new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Image_OfATensor_HasItsPixels()
    {
        using Tensor real =
            tensor(new float[] { -1, 1, 0, -2, 2, float.NaN }).view(1, 2, 3), bytes = arange(12, dtype: ScalarType.Byte).view(
            3, 2, 2);
        ExampleImage gray = ExampleImage.Of(real), color = ExampleImage.Of(bytes);
        gray.Pixels.ToArray().Should().Equal(0, 255, 128, 0, 255, 0);
        (gray.Channels, gray.Height, gray.Width).Should().Be((1, 2, 3));
        color.Pixels.ToArray().Should().Equal(Enumerable.Range(0, 12).Select(i => (byte)i));
        using Tensor integers = zeros([1, 2, 2], ScalarType.Int64), pair = zeros(2, 2, 2);
        Expect.ArgumentFault(() => ExampleImage.Of(integers), "pixels", "[1, 2, 2]", "Int64");
        Expect.ArgumentFault(() => ExampleImage.Of(pair), "pixels", "[2, 2, 2]");
        LiveTensors.ShouldNotGrow(2, () => ExampleImage.Of(real));
    }

    [Fact]
    public void Picture_OfATable_HasEveryImageWithItsFrame()
    {
        using Tensor images = Make.Images(40, height: 6, width: 3);
        using var source = new InMemorySource(images);
        using FeatureSet features = Make.Features(40, 7, 4);
        NeighborTable table = NeighborTable.Of(
            source, [("a & b", features), ("second", features)], [0, 1], count: 3, classNames: ["<x>", "y", "z", "w"]);
        Picture picture = Pictures.Neighbors(table, side: 60);
        var root = XElement.Parse(picture.Svg);
        XNamespace svg = "http://www.w3.org/2000/svg";
        XElement[] drawn = [.. root.Descendants(svg + "image")];
        drawn.Should().HaveCount(2 * (1 + 3 + 3));
        drawn.Should().OnlyContain(
            i =>
                i.Attribute("width")!.Value == "30" && i.Attribute("height")!.Value == "60" && i.Attribute("href")!.Value.StartsWith(
                    "data:image/png;base64,", StringComparison.Ordinal));
        int same = table.Rows.Sum(row => row.Neighbors.Sum(side => side.Count(image => image.SameClassAsQuery == true)));
        root.Descendants(svg + "rect").Count(r => r.Attribute("stroke-dasharray") is null).Should().Be(same);
        root.Descendants(svg + "rect").Should().HaveCount(12);
        string[] texts = [.. root.Descendants(svg + "text").Select(t => t.Value)];
        texts[..3].Should().Equal("query", "a & b", "second");
        texts[3..].Should().HaveCount(12, "every neighbor has its distance").And.OnlyContain(
            t => double.Parse(t, CultureInfo.InvariantCulture) > 0);
        root.Descendants(svg + "title").First().Value.Should().Be("<x>");
        picture.Description.Should().Contain("of 6 of the same class");
        Expect.ArgumentFault(() => Pictures.Neighbors(new NeighborTable(["one"], [])), "table", "none");
        Expect.ArgumentFault(() => Pictures.Neighbors(new NeighborTable(["one"], table.Rows)), "table", "by 1", "got 2");
    }

    [Fact]
    public void Picture_OfATableWithNames_ShowsNamesAndDistances()
    {
        using Tensor images = Make.Images(10);
        using var source = new InMemorySource(images);
        using FeatureSet features = Make.Features(10, 3, 2);
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"image{i}.png")];
        NeighborTable table = NeighborTable.Of(source, [("f", features)], [0], count: 2, names: names);
        table.Rows[0].Neighbors[0].Select(image => image.Name).Should().Equal(
            table.Rows[0].Neighbors[0].Select(image => names[Number(image)]));
        table.Rows[0].Neighbors[0].Select(image => image.Distance!.Value).Should()
            .Equal(table.Rows[0].Neighbors[0].Select(image => L1(features, 0, Number(image))), (a, b) => Math.Abs(a - b) < 1e-4);
        table.Rows[0].Query.Distance.Should().BeNull();
        string svg = Pictures.Neighbors(table, side: 80).Svg, page = new Report { Title = "t", Neighbors = table }.ToHtml();
        svg.Should().Contain("image0.png").And.Contain(names[Number(table.Rows[0].Neighbors[0][0])]);
        page.Should().Contain("image0.png").And.Contain(", distance ");
        Expect.ArgumentFault(() => NeighborTable.Of(source, [("f", features)], names: ["one"]), "names", "10 images", "got 1");
    }

    private static int Number(ExampleImage image) => image.Pixels[0];

    private static double L1(FeatureSet set, int a, int b)
    {
        using var scope = NewDisposeScope();
        return (set.Values[a] - set.Values[b]).abs().sum().item<float>();
    }
}
