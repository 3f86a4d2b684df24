using InfoMax.Scores.Streaming;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Scores.Streaming;

public sealed class TileTests
{
    [Theory]
    [InlineData(0, 3, 0, 3, true, 0)]
    [InlineData(0, 3, 3, 2, false, 3)]
    [InlineData(3, 2, 0, 3, false, 3)]
    [InlineData(0, 3, 2, 4, true, 2)]
    [InlineData(4, 3, 2, 3, true, 4)]
    public void Positives_OfATile_AreWhereRowsMeetColumns(long row, long rows, long column, long columns, bool has, long first)
    {
        using var scope = NewDisposeScope();
        // Two global vectors and three locations for each example; a score tells its pair of examples.
        Tensor row2 = arange(row, row + rows, dtype: ScalarType.Float64).repeat_interleave(2).unsqueeze(1);
        Tensor column3 = arange(column, column + columns, dtype: ScalarType.Float64).repeat_interleave(3).unsqueeze(0);
        Tensor scores = (row2 * 100) + column3;
        var tile = new Tile(scores, null, row, rows, column, columns);
        (tile.HasPositives, tile.FirstPositive).Should().Be((has, first));
        if (has)
        {
            Tensor positives = tile.Positives(scores);
            positives.shape.Should().Equal(2, 3, Math.Min(row + rows, column + columns) - first);
            positives[0, 0, 0].item<double>().Should().Be(first * 101);
        }

        tile.Fill(-1);
        Tensor expected = where(row2.eq(column3), full_like(scores, -1), (row2 * 100) + column3);
        scores.eq(expected).all().item<bool>().Should().BeTrue();
    }
}
