using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A plan of batches, walked entry by entry, and the source that makes them.</summary>
/// <remarks><see cref="Make"/> may be called by several threads at once if the source may; everything else by one at a time.</remarks>
internal sealed class PlannedBatches(IBatchSource source, IEnumerable<int[]> plan, long firstDraw) : IDisposable
{
    private readonly IEnumerator<int[]> _plan = plan.GetEnumerator();

    /// <summary>Entries claimed so far.</summary>
    public long Claimed { get; private set; }

    /// <summary>Whether no more can be claimed.</summary>
    public bool Ended { get; private set; }

    /// <summary>Lets no more be claimed.</summary>
    public void End() => Ended = true;

    /// <summary>Takes the next entry of the plan; what the plan throws is the entry's fault.</summary>
    public bool TryClaim([NotNullWhen(true)] out MadeBatch? claimed)
    {
        claimed = null;
        if (Ended)
        {
            return false;
        }

        try
        {
            claimed = _plan.MoveNext() ? new MadeBatch(Claimed, _plan.Current) : null;
        }
#pragma warning disable CA1031 // Every exception goes to the caller, at its place.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            claimed = new MadeBatch(Claimed, [], Fault: ExceptionDispatchInfo.Capture(exception));
        }

        Ended = claimed?.Fault is not null || claimed is null;
        Claimed += claimed is null ? 0 : 1;
        return claimed is not null;
    }

    /// <summary>Makes the batch of an entry; what the source throws is the entry's fault.</summary>
    public MadeBatch Make(MadeBatch claimed)
    {
        if (claimed.Fault is not null)
        {
            return claimed;
        }

        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            Tensor batch = BatchGuard.Fetch(source, claimed.Indices, firstDraw + claimed.Number);
            return claimed with { Batch = batch.DetachFromDisposeScope() };
        }
#pragma warning disable CA1031 // Every exception goes to the caller, at its place.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return claimed with { Fault = ExceptionDispatchInfo.Capture(exception) };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
