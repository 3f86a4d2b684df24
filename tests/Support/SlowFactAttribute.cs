namespace InfoMax.Tests.Support;

/// <summary>A test that takes minutes; skipped unless the environment variable INFOMAX_SLOW is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlowFactAttribute : FactAttribute
{
    public SlowFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("INFOMAX_SLOW") != "1")
        {
            Skip = "Takes minutes: set INFOMAX_SLOW=1 to run it.";
        }
    }
}
