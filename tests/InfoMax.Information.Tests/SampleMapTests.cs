using InfoMax.Information.Tasks;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

/// <summary>The maps against their formulas, and that they are one-to-one.</summary>
public sealed class SampleMapTests
{
    public static TheoryData<SampleMap> Monotone => new(
        SampleMap.Identity,
        SampleMap.NormalCdf,
        SampleMap.HalfCube,
        SampleMap.Cubic,
        SampleMap.Asinh,
        WigglyMap.ForX,
        WigglyMap.ForY,
        BimodalMap.ForX,
        BimodalMap.ForY);

    [Theory]
    [MemberData(nameof(Monotone))]
    public void Apply_OfAMapOfSingleValues_IsStrictlyIncreasingAndKeepsTheDtype(SampleMap map)
    {
        using var scope = NewDisposeScope();
        Tensor grid = linspace(-6, 6, 2001, dtype: ScalarType.Float64).unsqueeze(1);
        Tensor mapped = map.Apply(grid);
        mapped.diff(dim: 0).gt(0).all().item<bool>().Should().BeTrue();
        mapped.dtype.Should().Be(ScalarType.Float64);
        Tensor single = map.Apply(grid.to(ScalarType.Float32));
        single.dtype.Should().Be(ScalarType.Float32);
        allclose(single.to(ScalarType.Float64), mapped, rtol: 1e-4, atol: 1e-5).Should().BeTrue();
        map.OutputDimensions(4).Should().Be(4);
    }

    [Fact]
    public void Apply_SimpleMaps_FollowTheirFormulas()
    {
        One(new NormalCdfMap(), 1).Should().BeApproximately(0.8413447460685429, 1e-15);
        One(new NormalCdfMap(), -8).Should().BeApproximately(6.220960574271785e-16, 1e-29);
        One(new HalfCubeMap(), -4).Should().Be(-8);
        One(new CubicMap(), -2).Should().BeApproximately(-8, 1e-12);
        One(new AsinhMap(), 2).Should().BeApproximately(Math.Asinh(2), 1e-15);
        One(WigglyMap.ForX, 1.3).Should().BeApproximately(
            1.3 + (0.4 * Math.Sin(1.3)) + (0.2 * Math.Sin((1.7 * 1.3) + 1)) + (0.03 * Math.Sin((3.3 * 1.3) - 2.5)), 1e-14);
        One(WigglyMap.ForY, 1.3).Should().BeApproximately(
            1.3 - (0.4 * Math.Sin(0.4 * 1.3)) + (0.17 * Math.Sin((1.3 * 1.3) + 3.5)) + (0.02 * Math.Sin((4.3 * 1.3) - 2.5)), 1e-14);
    }

    [Theory]
    [InlineData(0.3, 0, 5)]
    [InlineData(0.5, -1, 3)]
    [InlineData(0.9, 60, -60)]
    public void Apply_Bimodal_InvertsTheMixtureInBothTails(double weight, double first, double second)
    {
        var map = new BimodalMap(weight, first, second);
        foreach (double z in new[] { -8.2, -3, -0.5, 0, 0.1, 2, 8.2 })
        {
            double value = One(map, z);
            // Below the middle the mass below is compared, above it the mass above: each is small where its digits matter.
            double sign = z > 0 ? -1 : 1;
            double mass = (weight * Samples.NormalCdf(sign * (value - first)))
                + ((1 - weight) * Samples.NormalCdf(sign * (value - second)));
            double wanted = Samples.NormalCdf(sign * z);
            mass.Should().BeApproximately(wanted, 1e-11 * wanted, "z = {0}", z);
        }
    }

    [Fact]
    public void Apply_Bimodal_OfOneNormal_ShiftsIt() => One(new BimodalMap(1, 2, 7), -1.5).Should().BeApproximately(0.5, 1e-12);

    [Fact]
    public void Apply_SwissRoll_GivesTheKnownCurve()
    {
        using var scope = NewDisposeScope();
        Tensor rolled = new SwissRollMap().Apply(tensor(new double[,] { { 0 }, { 0.25 }, { 1 } }));
        double[,] values = Samples.Read(rolled);
        for (int i = 0; i < 3; i++)
        {
            double t = 1.5 * Math.PI * (1 + (2 * new[] { 0, 0.25, 1 }[i]));
            values[i, 0].Should().BeApproximately(t * Math.Cos(t) / 21, 1e-14);
            values[i, 1].Should().BeApproximately(t * Math.Sin(t) / 21, 1e-14);
        }
    }

    [Fact]
    public void Apply_Spiral_IsTheMatrixExponentialOfItsGenerator()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor v = randn(5, 4, dtype: ScalarType.Float64, generator: generator);
        Tensor turned = new SpiralMap(1, 3, 0.7).Apply(v);
        Tensor skew = zeros(4, 4, dtype: ScalarType.Float64);
        skew[1, 3] = -1;
        skew[3, 1] = 1;
        for (int i = 0; i < 5; i++)
        {
            Tensor expected = linalg.matrix_exp(skew * 0.7 * v[i].square().sum()).matmul(v[i]);
            allclose(turned[i], expected, rtol: 1e-12, atol: 1e-12).Should().BeTrue();
        }

        allclose(turned.norm(1), v.norm(1), rtol: 1e-12).Should().BeTrue();
    }

    [Fact]
    public void Apply_SpiralBackwards_GivesTheVectorsAgain()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor v = randn(50, 3, dtype: ScalarType.Float64, generator: generator);
        Tensor back = new SpiralMap(0, 2, -1.5).Apply(new SpiralMap(0, 2, 1.5).Apply(v));
        allclose(back, v, rtol: 1e-10, atol: 1e-12).Should().BeTrue();
    }

    [Fact]
    public void Apply_BadArguments_SaysWhatWasExpected()
    {
        using Tensor wide = zeros(3, 2);
        using Tensor whole = zeros(3, 2, dtype: ScalarType.Int64);
        using Tensor vector = zeros(3);
        Tensor disposed = zeros(3, 2);
        disposed.Dispose();
        var map = new CubicMap();
        Expect.ArgumentFault(() => map.Apply(null!), "values");
        Expect.ArgumentFault(() => map.Apply(disposed), "values", "disposed");
        Expect.ArgumentFault(() => map.Apply(whole), "values", "floating-point");
        Expect.ArgumentFault(() => map.Apply(vector), "values", "[*, *]", "[3]");
        Expect.ArgumentFault(() => new SwissRollMap().Apply(wide), "inputDimensions");
        Expect.ArgumentFault(() => new SpiralMap(0, 2, 1).Apply(wide), "inputDimensions");
        Expect.ArgumentFault(() => _ = new SpiralMap(1, 1, 1), "second", "different");
        Expect.ArgumentFault(() => _ = new SpiralMap(-1, 1, 1), "first");
        Expect.ArgumentFault(() => _ = new SpiralMap(0, 1, double.NaN), "speed");
        Expect.ArgumentFault(() => _ = new BimodalMap(1.1, 0, 1), "weight");
        Expect.ArgumentFault(() => _ = new BimodalMap(0.5, double.NaN, 1), "firstMean");
        Expect.ArgumentFault(() => _ = new WigglyMap([(0.5, 2.0, 0)]), "waves", "less than 1");
        Expect.ArgumentFault(() => _ = new WigglyMap(null!), "waves");
    }

    [Fact]
    public void Apply_MapThatReturnsItsInput_LeavesTheInputToTheCaller()
    {
        using Tensor values = zeros(3, 2);
        Tensor same = new IdentityMap().Apply(values);
        same.Should().NotBeSameAs(values);
        same.Dispose();
        values.IsInvalid.Should().BeFalse();
    }

    [Fact]
    public void Apply_MapOfAUserThatBreaksItsPromise_SaysHow()
    {
        using Tensor values = zeros(3, 2);
        FluentActions.Invoking(() => new BrokenMap(v => v.narrow(1, 0, 1)).Apply(values)).Should().Throw<InvalidOperationException>()
            .WithMessage("BrokenMap*[3, 2]*[3, 1]*");
        FluentActions.Invoking(() => new BrokenMap(v => v.to(ScalarType.Float64)).Apply(values)).Should().Throw<InvalidOperationException>()
            .WithMessage("*Float32*Float64*");
        FluentActions.Invoking(() => new BrokenMap(_ => null!).Apply(values)).Should().Throw<InvalidOperationException>()
            .WithMessage("*null*");
    }

    private static double One(SampleMap map, double value)
    {
        using var scope = NewDisposeScope();
        return map.Apply(tensor(new[,] { { value } })).item<double>();
    }

    private sealed class BrokenMap(Func<Tensor, Tensor> map) : SampleMap
    {
        protected override Tensor Map(Tensor values) => map(values);
    }
}
