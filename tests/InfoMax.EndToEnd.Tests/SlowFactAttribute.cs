
namespace InfoMax.EndToEnd.Tests;

/// <summary>A test of many minutes: run by hand, with INFOMAX_SLOW=1; what it found is in the docs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlowFactAttribute : FactAttribute
{
    public SlowFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("INFOMAX_SLOW") != "1")
        {
            Skip = "Takes many minutes: set INFOMAX_SLOW=1.";
        }
    }
}
