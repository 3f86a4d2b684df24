using InfoMax.Foundation;

namespace InfoMax.Core.Tests.Foundation;

public sealed class ClockTextTests
{
    [Theory]
    [InlineData(0, "0.0 s")]
    [InlineData(3.24, "3.2 s")]
    [InlineData(59.96, "0:59")]
    [InlineData(61, "1:01")]
    [InlineData(273, "4:33")]
    [InlineData(3873, "1:04:33")]
    [InlineData(180000, "50:00:00")]
    public void Of_ATime_ReadsLikeAClock(double seconds, string text) => ClockText.Of(TimeSpan.FromSeconds(seconds)).Should().Be(text);
}
