using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using InfoMax.Data;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>The batches of a run in their order.</summary>
internal sealed class BatchFeed(IBatchSource source, IEnumerable<int[]> plan, long firstDraw, CancellationToken cancellation) : IDisposable
{
    private readonly IEnumerator<int[]> _plan = plan.GetEnumerator();
    private readonly Stopwatch _waited = new();
    private long _draw = firstDraw;

    public TimeSpan Waited => _waited.Elapsed;

    public bool TryNext(out int[] indices, [NotNullWhen(true)] out Tensor? batch)
    {
        (indices, batch) = ([], null);
        if (cancellation.IsCancellationRequested || !_plan.MoveNext())
        {
            return false;
        }

        _draw++;
        _waited.Start();
        batch = source.GetBatch(indices = _plan.Current);
        _waited.Stop();
        return true;
    }

    public void Dispose() => _plan.Dispose();
}
