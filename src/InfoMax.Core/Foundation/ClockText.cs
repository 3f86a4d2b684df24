using System.Globalization;

namespace InfoMax.Foundation;

/// <summary>Times as a person writes them.</summary>
internal static class ClockText
{
    /// <summary>"3.2 s" below a minute, "4:33" below an hour, "1:04:33" above.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:D2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}"),
    };
}
