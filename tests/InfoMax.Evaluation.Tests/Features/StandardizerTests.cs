using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Features;

public sealed class StandardizerTests
{
    [Fact]
    public void Fit_ColumnThatDiffersByRoundingAlone_CountsAsConstant()
    {
        (double[,] x, int[] y) = Blobs.Make(90, 3, 3, 1, 5);
        for (int i = 0; i < y.Length; i++)
        {
            // One unit in the last place, by class: nothing that a probe should read.
            x[i, 1] = y[i] == 1 ? 0.1 : Math.BitIncrement(0.1);
            x[i, 2] = 1e5 + (1e-3 * x[i, 2]);
        }

        using FeatureSet train = Blobs.Set(x, y);
        LinearClassifier classifier = new LinearProbe { C = 1 }.Fit(train);
        classifier.InverseStandardDeviation[1].Should().Be(0);
        classifier.InverseStandardDeviation[2].Should().BeInRange(100, 10_000);
    }

    [Theory]
    [InlineData(1e-21)]
    [InlineData(1e-170)]
    [InlineData(1e150)]
    [InlineData(1e300)]
    public void Apply_DataInAnotherUnit_GivesTheSameRows(double unit)
    {
        using var scope = NewDisposeScope();
        (double[,] x, _) = Blobs.Make(50, 4, 2, 1, 5);
        Tensor rows = tensor(x), scaled = rows * unit;
        using Standardizer plain = Standardizer.Fit(rows), other = Standardizer.Fit(scaled);
        Tensor expected = plain.Apply(rows, ScalarType.Float64), got = other.Apply(scaled, ScalarType.Float64);
        (expected - got).abs().max().item<double>().Should().BeLessThan(1e-12);
        using Standardizer power = Standardizer.Fit(rows * Math.ScaleB(1, -400));
        power.Apply(rows * Math.ScaleB(1, -400), ScalarType.Float64).data<double>().ToArray().Should().Equal(
            expected.data<double>().ToArray(), "a power of two changes no bit");
    }

    [Fact]
    public void Apply_ConstantColumn_IsZeroWhateverOtherRowsHold()
    {
        using var scope = NewDisposeScope();
        Tensor rows = full([100, 1], 1e-300, ScalarType.Float64);
        using Standardizer standardizer = Standardizer.Fit(rows);
        standardizer.Apply(full([2, 1], 1e300, ScalarType.Float64), ScalarType.Float64).data<double>().ToArray().Should().Equal(0, 0);
    }
}
