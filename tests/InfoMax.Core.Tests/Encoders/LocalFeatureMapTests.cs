using InfoMax.Encoders;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Encoders;

public sealed class LocalFeatureMapTests
{
    [Fact]
    public void Coordinates_OfAVolume_CountInRowMajorOrder()
    {
        using var scope = NewDisposeScope();
        var map = new LocalFeatureMap(zeros([1, 2, 2, 3, 4]));
        map.Locations.Should().Be(24);
        map.SpatialShape.Should().Equal(2L, 3L, 4L);
        map.Coordinates()[23].data<long>().ToArray().Should().Equal(1L, 2L, 3L);
        map.Coordinates()[5].data<long>().ToArray().Should().Equal(0L, 1L, 1L);
    }

    [Fact]
    public void ToRows_OfAMap_GivesOneRowPerLocation()
    {
        using var scope = NewDisposeScope();
        Tensor values = arange(24, dtype: ScalarType.Float32).view(2, 3, 4);
        Tensor rows = new LocalFeatureMap(values).ToRows();
        rows.shape.Should().Equal(8L, 3L);
        rows[5].data<float>().ToArray().Should().Equal(13f, 17f, 21f);
    }

    [Fact]
    public void Sample_OfLocations_TakesDistinctOnesSeededAndCarriesGradients()
    {
        using var scope = NewDisposeScope();
        Tensor values = arange(2 * 1 * 16, dtype: ScalarType.Float32).view(2, 1, 4, 4).requires_grad_(true);
        using var first = new Generator(7);
        using var second = new Generator(7);
        LocalFeatureMap sample = new LocalFeatureMap(values).Sample(5, first);
        sample.Values.shape.Should().Equal(2L, 1L, 5L);
        float[] drawn = sample.Values.detach().data<float>().ToArray();
        drawn.Distinct().Should().HaveCount(10);
        drawn.Take(5).Should().OnlyContain(v => v < 16);
        drawn.Skip(5).Should().OnlyContain(v => v >= 16);
        new LocalFeatureMap(values).Sample(5, second).Values.detach().data<float>().ToArray().Should().Equal(drawn);
        sample.Values.sum().backward();
        values.grad!.sum().item<float>().Should().Be(10);
    }

    [Fact]
    public void Constructor_WrongTensor_SaysWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        Expect.ArgumentFault(() => _ = new LocalFeatureMap(zeros([2, 3])), "values", "[N, C, *spatial]", "[2, 3]");
        Expect.ArgumentFault(() => _ = new LocalFeatureMap(zeros([2, 0, 3])), "values", "no empty one");
        Expect.ArgumentFault(() => _ = new LocalFeatureMap(zeros([2, 3, 4], ScalarType.Int64)), "values", "floating-point");
        using var generator = new Generator(1);
        FluentActions.Invoking(
            () => new LocalFeatureMap(zeros([2, 3, 4])).Sample(5, generator)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
