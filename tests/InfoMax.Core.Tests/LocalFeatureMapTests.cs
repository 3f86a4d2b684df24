using InfoMax.Encoders;
using TorchSharp;

namespace InfoMax.Core.Tests;

public sealed class LocalFeatureMapTests
{
    [Fact]
    public void Coordinates_OfAVolume_CountInRowMajorOrder()
    {
        using var scope = torch.NewDisposeScope();
        var map = new LocalFeatureMap(torch.zeros([1, 2, 2, 3, 4]));
        map.Locations.Should().Be(24);
        map.Coordinates()[23].data<long>().ToArray().Should().Equal([1L, 2L, 3L]);
        map.Coordinates()[5].data<long>().ToArray().Should().Equal([0L, 1L, 1L]);
    }
}
