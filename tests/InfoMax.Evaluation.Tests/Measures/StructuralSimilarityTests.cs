using System.Text.Json;
using InfoMax.Evaluation.Measures;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Measures;

public sealed class StructuralSimilarityTests
{
    private static readonly StructuralSimilarity UnitRange = new() { DataRange = 1 };

    [Fact]
    public void Similarity_OfReferenceImages_AgreesWithReferenceValues()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "ssim.json")));
        int multi = 0;
        foreach (JsonElement golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            (Tensor a, Tensor b) = Waves(golden);
            UnitRange.SingleScale(a, b).item<double>().Should().BeApproximately(golden.GetProperty("ssim").GetDouble(), 1e-12);
            UnitRange.SingleScale(a.to(ScalarType.Float32), b.to(ScalarType.Float32)).item<float>()
                .Should().BeApproximately((float)golden.GetProperty("ssim").GetDouble(), 2e-5f);
            if (golden.GetProperty("ms_ssim").ValueKind == JsonValueKind.Number)
            {
                UnitRange.MultiScale(a, b).item<double>().Should().BeApproximately(golden.GetProperty("ms_ssim").GetDouble(), 1e-12);
                multi++;
            }
        }

        multi.Should().Be(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Similarity_OfRandomImages_AgreesWithLoopsOverWindows(bool padding)
    {
        using var scope = NewDisposeScope();
        var similarity = new StructuralSimilarity { Window = 5, Sigma = 1.1, K1 = 0.02, K2 = 0.05, ZeroPadding = padding, Scales = 2 };
        (Tensor a, Tensor b) = Noise(2, 3, 11, 14, seed: 1);
        var naive = new NaiveSimilarity(5, 1.1, 0.04 * 0.04, 0.1 * 0.1, padding);
        similarity.SingleScale(a, b).data<double>().ToArray().Should().BeEquivalentTo(naive.Single(a, b), Close);
        double sum = 0.0448 + 0.2856;
        similarity.MultiScale(a, b).data<double>().ToArray()
            .Should().BeEquivalentTo(naive.Multi(a, b, [0.0448 / sum, 0.2856 / sum]), Close);
    }

    [Fact]
    public void Similarity_OfEqualImages_IsOne()
    {
        using var scope = NewDisposeScope();
        (Tensor a, Tensor _) = Noise(3, 2, 32, 28, seed: 2);
        new StructuralSimilarity().SingleScale(a, a).data<double>().ToArray().Should().Equal(1, 1, 1);
        new StructuralSimilarity { Scales = 2 }.MultiScale(a, a).data<double>().ToArray().Should().Equal(1, 1, 1);
    }

    [Fact]
    public void Similarity_OfConstantImages_IsTheirLuminance()
    {
        using var scope = NewDisposeScope();
        Tensor a = full([1, 1, 22, 22], 0.5, ScalarType.Float64), b = full([1, 1, 22, 22], -0.25, ScalarType.Float64);
        double expected = ((2 * 0.5 * -0.25) + 0.0004) / (0.25 + 0.0625 + 0.0004);
        new StructuralSimilarity().SingleScale(a, b).item<double>().Should().BeApproximately(expected, 1e-12);
        new StructuralSimilarity { Scales = 2 }.MultiScale(a, b).item<double>()
            .Should().Be(0, "the luminance of the last scale is negative");
    }

    [Fact]
    public void Similarity_UnderWhatLeavesItAsItIs_StaysTheSame()
    {
        using var scope = NewDisposeScope();
        (Tensor a, Tensor b) = Noise(2, 3, 24, 24, seed: 3);
        b = (a * 0.7) + (b * 0.3);
        var similarity = new StructuralSimilarity { Scales = 2 };
        Func<Tensor, Tensor, Tensor>[] measures = [similarity.SingleScale, similarity.MultiScale];
        foreach (Func<Tensor, Tensor, Tensor> measure in measures)
        {
            double[] value = measure(a, b).data<double>().ToArray();
            Tensor flipped = measure(a.flip(2), b.flip(2)), turned = measure(a.transpose(2, 3), b.transpose(2, 3));
            foreach (Tensor same in new[] { measure(b, a), measure(-a, -b), flipped, turned, measure(a.flip(1), b.flip(1)) })
            {
                same.data<double>().ToArray().Should().BeEquivalentTo(value, Close);
            }

            measure(a[TensorIndex.Slice(1, 2)], b[TensorIndex.Slice(1, 2)]).item<double>()
                .Should().BeApproximately(value[1], 1e-12, "images do not know each other");
        }

        double[] wide = new StructuralSimilarity { Scales = 2, DataRange = 510 }.SingleScale(a * 255, b * 255).data<double>().ToArray();
        wide.Should().BeEquivalentTo(similarity.SingleScale(a, b).data<double>().ToArray(), Close);
    }

    [Fact]
    public void MultiScale_WithOneScale_IsTheSingleScaleValueOfEachChannel()
    {
        using var scope = NewDisposeScope();
        (Tensor a, Tensor _) = Noise(2, 1, 16, 16, seed: 4);
        Tensor b = a * 0.8;
        var similarity = new StructuralSimilarity { Scales = 1 };
        similarity.MultiScale(a, b).data<double>().ToArray()
            .Should().BeEquivalentTo(similarity.SingleScale(a, b).data<double>().ToArray(), Close);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Similarity_Gradient_AgreesWithDifferences(bool multi)
    {
        using var scope = NewDisposeScope();
        var similarity = new StructuralSimilarity { Window = 3, Scales = 2 };
        Tensor Measure(Tensor x, Tensor y) => (multi ? similarity.MultiScale(x, y) : similarity.SingleScale(x, y)).sum();
        (Tensor a, Tensor b) = Noise(1, 2, 6, 6, seed: 5);
        b = ((a * 0.6) + (b * 0.4)).requires_grad_();
        Measure(a, b).backward();
        double[] gradient = b.grad!.data<double>().ToArray();
        double[] values = b.detach().data<double>().ToArray();
        for (int i = 0; i < values.Length; i += 7)
        {
            double Shifted(double by)
            {
                double[] moved = [.. values];
                moved[i] += by;
                return Measure(a, tensor(moved).view(b.shape)).item<double>();
            }

            gradient[i].Should().BeApproximately((Shifted(1e-5) - Shifted(-1e-5)) / 2e-5, 1e-7);
        }
    }

    [Fact]
    public void MultiScale_OfOpposedImages_IsZeroWithAFiniteGradient()
    {
        using var scope = NewDisposeScope();
        (Tensor a, Tensor _) = Noise(1, 1, 24, 24, seed: 6);
        a = a.abs();
        Tensor b = (1 - a).requires_grad_();
        Tensor value = new StructuralSimilarity { Scales = 2 }.MultiScale(a, b);
        value.item<double>().Should().Be(0);
        value.sum().backward();
        b.grad!.count_nonzero().item<long>().Should().Be(0);
        new StructuralSimilarity().SingleScale(a, b).item<double>().Should().BeLessThan(0);
    }

    [Theory]
    [InlineData(32, 2)]
    [InlineData(28, 2)]
    [InlineData(64, 3)]
    [InlineData(175, 4)]
    [InlineData(176, 5)]
    [InlineData(4000, 5)]
    [InlineData(10, 0)]
    public void MaxScales_OfASide_IsWhatFits(int side, int expected) =>
        new StructuralSimilarity().MaxScales(side, side + 7).Should().Be(expected);

    [Fact]
    public void ReferenceCode_PadsWithZerosAndAssumesAUnitRange()
    {
        using var scope = NewDisposeScope();
        (Tensor a, Tensor b) = Noise(1, 1, 8, 8, seed: 7);
        StructuralSimilarity.ReferenceCode.SingleScale(a, b).data<double>().ToArray()
            .Should().BeEquivalentTo(new NaiveSimilarity(11, 1.5, 1e-4, 9e-4, true).Single(a, b), Close);
    }

    [Fact]
    public void Similarity_WrongArguments_SaysWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        var similarity = new StructuralSimilarity();
        Tensor small = zeros(1, 1, 32, 40), tiny = zeros(1, 1, 12, 10);
        Expect.ArgumentFault(() => similarity.MultiScale(small, small), "images", "176", "5 scale", "32×40", "Scales = 2");
        Expect.ArgumentFault(() => similarity.SingleScale(tiny, tiny), "images", "11", "12×10");
        Expect.ArgumentFault(() => similarity.SingleScale(small, tiny), "others", "[1, 1, 32, 40]");
        Expect.ArgumentFault(() => similarity.SingleScale(small, small.to(ScalarType.Float64)), "others", "Float32");
        Expect.ArgumentFault(() => similarity.SingleScale(small.to(ScalarType.Int64), small), "images", "floating-point");
        Expect.ArgumentFault(() => similarity.SingleScale(zeros(32, 32), zeros(32, 32)), "images", "[N, C, H, W]");
        Expect.ArgumentFault(() => similarity.SingleScale(null!, small), "images");
        Expect.ArgumentFault(() => _ = new StructuralSimilarity { Window = 10 }, "Window", "odd");
        Expect.ArgumentFault(() => _ = new StructuralSimilarity { Scales = 6 }, "Scales", "5");
        Expect.ArgumentFault(() => _ = new StructuralSimilarity { DataRange = double.NaN }, "DataRange");
        Expect.ArgumentFault(() => _ = new StructuralSimilarity { Sigma = 0 }, "Sigma");
    }

    [Fact]
    public void Similarity_Repeated_LeaksNoTensor()
    {
        using var outer = NewDisposeScope();
        (Tensor a, Tensor b) = Noise(2, 1, 24, 24, seed: 8);
        var similarity = new StructuralSimilarity { Scales = 2 };
        LiveTensors.ShouldNotGrow(5, () =>
        {
            using Tensor single = similarity.SingleScale(a, b), multi = similarity.MultiScale(a, b);
        });
    }

    [Theory]
    [InlineData(1e-150)]
    [InlineData(1e-21)]
    [InlineData(1e150)]
    public void SingleScale_PixelsInAnotherUnit_GivesTheSameValue(double unit)
    {
        using var scope = NewDisposeScope();
        (Tensor a, Tensor b) = Noise(2, 1, 24, 24, seed: 3);
        double[] plain = new StructuralSimilarity().SingleScale(a, b).data<double>().ToArray();
        double[] scaled = new StructuralSimilarity { DataRange = 2 * unit }.SingleScale(a * unit, b * unit).data<double>().ToArray();
        scaled.Should().BeEquivalentTo(plain, Close);
    }

    private static FluentAssertions.Equivalency.EquivalencyAssertionOptions<double> Close(
        FluentAssertions.Equivalency.EquivalencyAssertionOptions<double> options) => options
        .Using<double>(
            context => context.Subject.Should().BeApproximately(context.Expectation, 1e-10)).WhenTypeIs<double>().WithStrictOrdering();

    private static (Tensor A, Tensor B) Noise(long n, long c, long h, long w, ulong seed)
    {
        using var generator = new Generator(seed);
        Tensor Draw() => rand([n, c, h, w], ScalarType.Float64, generator: generator).mul(2).sub(1);
        return (Draw(), Draw());
    }

    private static (Tensor A, Tensor B) Waves(JsonElement golden)
    {
        int size = golden.GetProperty("size").GetInt32();
        (double p, double q, double r) =
            (golden.GetProperty("p").GetDouble(), golden.GetProperty("q").GetDouble(), golden.GetProperty("r").GetDouble());
        var a = new double[size * size];
        var b = new double[size * size];
        for (int k = 0; k < a.Length; k++)
        {
            (int i, int j) = (k / size, k % size);
            a[k] = 0.5 + (0.5 * Math.Sin(p * i) * Math.Cos(q * j));
            b[k] = Math.Clamp(a[k] + (r * Math.Sin((1.3 * i) + (0.7 * j))), 0, 1);
        }

        return (tensor(a).view(1, 1, size, size), tensor(b).view(1, 1, size, size));
    }
}
