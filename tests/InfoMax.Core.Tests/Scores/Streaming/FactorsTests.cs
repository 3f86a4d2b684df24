using InfoMax.Scores;
using InfoMax.Scores.Streaming;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores.Streaming;

/// <summary>Sizes of tiles and strips. They change no value, so only these tests see them.</summary>
public sealed class FactorsTests
{
    [Theory]
    // By default 1 MiB of scores: 262,144 in single precision. A strip has 256 rows or 16 MiB, whichever is more.
    [InlineData(1000, 1, 64, ScalarType.Float32, null, 1000, 4, 256)]
    [InlineData(2000, 1, 1, ScalarType.Float32, null, 1024, 256, 2000)]
    [InlineData(1000, 3, 64, ScalarType.Float64, null, 341, 2, 85)]
    [InlineData(1000, 1, 64, ScalarType.BFloat16, null, 1000, 4, 256)]
    // With a size given, 16 times as much in a strip.
    [InlineData(100, 2, 5, ScalarType.Float64, 8192L, 100, 1, 16)]
    [InlineData(100, 2, 5, ScalarType.Float32, 8192L, 100, 2, 32)]
    [InlineData(100, 1, 300, ScalarType.Float32, 1024L, 100, 1, 1)]
    // So many locations that 256 rows would fill the memory: at most 256 MiB, or one example.
    [InlineData(4096, 1, 1024, ScalarType.Float32, null, 1024, 1, 16)]
    [InlineData(4096, 1, 65536, ScalarType.Float32, null, 1024, 1, 1)]
    public void Sizes_OfTilesAndStrips_AreAsDocumented(
        long n, long k, long l, ScalarType dtype, long? bytes, long tileRows, long tileColumns, long strip)
    {
        using var scope = NewDisposeScope();
        Factors factors = Make(n, k, l, dtype, bytes);
        (factors.TileRowExamples, factors.TileColumnExamples, factors.StripExamples).Should().Be((tileRows, tileColumns, strip));
        (factors.Globals, factors.Locations, factors.PositiveCount).Should().Be((k, l, n * k * l));
        factors.NegativeCount.Should().Be((double)n * k * l * (n - 1));
    }

    [Theory]
    [InlineData(8, 1, 2, 1024L, true)]
    [InlineData(8, 1, 3, 1024L, false)]
    [InlineData(4, 2, 4, 1024L, true)]
    [InlineData(512, 1, 2, null, true)]
    [InlineData(513, 1, 2, null, false)]
    public void FitsOneTile_OfDoubles_CountsScores(long n, long k, long l, long? bytes, bool fits)
    {
        using var scope = NewDisposeScope();
        Make(n, k, l, ScalarType.Float64, bytes).FitsOneTile.Should().Be(fits);
    }

    [Fact]
    public void CacheBlocks_OfAStrip_CoverItInMebibytes()
    {
        using var scope = NewDisposeScope();
        Factors factors = Make(4, 1, 1, ScalarType.Float32, null);
        factors.CacheBlocks(zeros(1, 1).expand(600, 1000)).Should().Equal((0, 262), (262, 262), (524, 76));
        factors.CacheBlocks(zeros(1, 1).expand(3, 1 << 20)).Should().Equal((0, 1), (1, 1), (2, 1));
        factors.CacheBlocks(zeros(1, 1).expand(5, 2)).Should().Equal((0, 5));
        Make(4, 1, 1, ScalarType.Float64, null).CacheBlocks(zeros(1, 1).expand(600, 1000)).First().Should().Be((0, 131));
    }

    [Fact]
    public void Products_OfNarrowFactorsOrOnRequest_AreInBFloat16()
    {
        using var scope = NewDisposeScope();
        (Make(2, 1, 1, ScalarType.Float32, null).BFloat16Products, Make(2, 1, 1, ScalarType.BFloat16, null).BFloat16Products).Should().Be(
            (false, true));
        var narrow = new StreamingOptions { Products = ProductPrecision.BFloat16 };
        Factors asked = Make(2, 1, 1, ScalarType.Float32, null) with { Options = narrow };
        asked.BFloat16Products.Should().BeTrue();
        (asked.ScoreType, Make(2, 1, 1, ScalarType.BFloat16, null).ScoreType, Make(2, 1, 1, ScalarType.Float64, null).ScoreType)
            .Should().Be((ScalarType.Float32, ScalarType.Float32, ScalarType.Float64));
    }

    [Fact]
    public void Blocks_OfExamples_AreTheirRows()
    {
        using var scope = NewDisposeScope();
        var factors = new Factors(arange(12).view(6, 2), arange(18).view(9, 2), 3, null, StreamingOptions.Default, null);
        factors.GlobalBlock(factors.GlobalRows, 1, 2).flatten().data<long>().ToArray().Should().Equal(4, 5, 6, 7, 8, 9, 10, 11);
        factors.LocalBlock(factors.LocalRows, 2, 1).flatten().data<long>().ToArray().Should().Equal(12, 13, 14, 15, 16, 17);
    }

    /// <summary>Factors of which only the shape is in memory.</summary>
    private static Factors Make(long n, long k, long l, ScalarType dtype, long? bytes) => new(
        zeros([1, 1], dtype).expand(n * k, 1), zeros([1, 1], dtype).expand(n * l, 1), n, null,
        new StreamingOptions { TileBytes = bytes }, null);
}
