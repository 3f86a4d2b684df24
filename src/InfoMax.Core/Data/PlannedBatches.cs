using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Enumerates a plan of batches and makes them from a source.</summary>
/// <remarks><see cref="Make"/> may be called by several threads at once if the source may; other members by one at a time.</remarks>
internal sealed class PlannedBatches(IBatchSource source, IEnumerable<int[]> plan, long firstDraw) : IDisposable
{
    private readonly IEnumerator<int[]> _plan = plan.GetEnumerator();

    /// <summary>Entries claimed so far.</summary>
    public long Claimed { get; private set; }

    /// <summary>Whether no more can be claimed.</summary>
    public bool Ended { get; private set; }

    /// <summary>Ends the plan early.</summary>
    public void End() => Ended = true;

    /// <summary>Takes the next entry of the plan; an exception of the plan becomes the entry's fault.</summary>
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
#pragma warning disable CA1031 // Every exception goes to the caller, in place of its batch.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            claimed = new MadeBatch(Claimed, [], Fault: ExceptionDispatchInfo.Capture(exception));
        }

        Ended = claimed?.Fault is not null || claimed is null;
        Claimed += claimed is null ? 0 : 1;
        return claimed is not null;
    }

    /// <summary>Makes the batch of an entry; an exception of the source becomes the entry's fault.</summary>
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
#pragma warning disable CA1031 // Every exception goes to the caller, in place of its batch.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return claimed with { Fault = ExceptionDispatchInfo.Capture(exception) };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
