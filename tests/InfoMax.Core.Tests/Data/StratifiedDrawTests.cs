using InfoMax.Data;

namespace InfoMax.Core.Tests.Data;

public sealed class StratifiedDrawTests
{
    [Fact]
    public void Balanced_UnevenClasses_SharesAsEvenlyAsTheyAllow()
    {
        int[] labels = [.. Enumerable.Repeat(0, 3), .. Enumerable.Repeat(1, 50), .. Enumerable.Repeat(2, 60)];
        int[] rows = StratifiedDraw.Balanced(labels, 40, new Random(1));
        rows.Should().OnlyHaveUniqueItems().And.HaveCount(40).And.BeInAscendingOrder();
        int[] counts = [.. Enumerable.Range(0, 3).Select(c => rows.Count(row => labels[row] == c))];
        counts[0].Should().Be(3);
        (counts[1] + counts[2]).Should().Be(37);
        Math.Abs(counts[1] - counts[2]).Should().BeLessThanOrEqualTo(1);
        StratifiedDraw.Balanced(labels, 40, new Random(1)).Should().Equal(rows);
        StratifiedDraw.Balanced(labels, 40, new Random(2)).Should().NotEqual(rows);
        StratifiedDraw.Balanced(labels, 113, new Random(2)).Should().HaveCount(113);
    }
}
