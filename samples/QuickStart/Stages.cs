using System.Diagnostics;

namespace InfoMax.QuickStart;

/// <summary>How long each part of the run took.</summary>
internal sealed class Stages
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<(string Name, TimeSpan Time)> _done = [];
    private TimeSpan _start;

    public IReadOnlyList<(string Name, TimeSpan Time)> All => _done;

    public TimeSpan Total => _clock.Elapsed;

    public void Done(string name)
    {
        _done.Add((name, _clock.Elapsed - _start));
        _start = _clock.Elapsed;
    }
}
