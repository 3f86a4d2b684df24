using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// Makes the batches of a plan on threads of its own while the caller works on earlier ones, and hands them out in the order of the plan. The batches are the same, bit by bit, for any number of threads.
/// </summary>
/// <remarks>
/// <para>Ownership: a batch is made in a dispose scope of the thread that makes it, leaves it as nobody's, and is kept here until it is taken (then it belongs to the caller's dispose scope, or the caller) or disposed.</para>
/// <para>
/// Processors: each thread that calls libtorch brings its own team of intra-operator threads, as many as <c>get_num_threads()</c> says. Where the training step keeps all cores busy, making batches takes from it
/// what it costs, on whatever thread; what prefetching wins is the waiting (files, decoding while a step is on a GPU). The number of intra-operator threads is left alone: libtorch has one setting for all threads,
/// and sums may be added in another order with another number of threads.
/// </para>
/// </remarks>
internal sealed class BatchPrefetcher : IDisposable
{
    private readonly IBatchSource _source;
    private readonly IEnumerator<int[]> _plan;
    private readonly long _firstDraw;
    private readonly int _ahead;
    private readonly List<Thread> _workers = [];
    private readonly CancellationTokenRegistration _registration;
    private readonly object _gate = new();
    private readonly Dictionary<long, Made> _made = [];
    private readonly Stopwatch _waiting = new();
    private long _claimed;
    private long _taken;
    private bool _planned;
    private bool _stopped;

    /// <summary>Starts making batches.</summary>
    /// <param name="source">Where they come from; stays the caller's, and must outlive this.</param>
    /// <param name="plan">The indices of each batch. Walked as far as batches are made, by one thread at a time, not always the same one.</param>
    /// <param name="firstDraw">The number of the first batch within the run, for a source that augments.</param>
    /// <param name="workers">Threads that make batches; 0 makes each when it is asked for, on the caller's thread.</param>
    /// <param name="ahead">The most batches that are made or being made and not yet taken; fewer than <paramref name="workers"/> leaves threads idle.</param>
    /// <param name="cancellation">Ends the batches early.</param>
    /// <exception cref="ArgumentException">More than one thread is asked for, and the source cannot be used by several.</exception>
    public BatchPrefetcher(IBatchSource source, IEnumerable<int[]> plan, long firstDraw, int workers, int ahead, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfNegative(firstDraw);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        if (workers > 1 && !source.IsThreadSafe)
        {
            throw new ArgumentException(
                $"Expected at most 1 thread for {source.GetType().Name}, which does not say that several may use it at once ({nameof(IBatchSource)}.{nameof(IBatchSource.IsThreadSafe)}), got {workers}.", nameof(workers));
        }

        (_source, _firstDraw, _ahead) = (source, firstDraw, ahead);
        _plan = plan.GetEnumerator();
        _registration = cancellation.Register(Stop);
        try
        {
            for (int w = 0; w < workers; w++)
            {
                var worker = new Thread(Work) { IsBackground = true, Name = $"InfoMax batches {w}" };
                worker.Start();
                _workers.Add(worker);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How long the caller has waited for batches in all; without threads, how long they took to make.</summary>
    public TimeSpan Waited => _waiting.Elapsed;

    /// <summary>Gives the next batch of the plan, waiting for it if need be. For one caller at a time.</summary>
    /// <param name="indices">The indices of the batch.</param>
    /// <param name="batch">The batch: the caller's dispose scope's, or the caller's where there is none.</param>
    /// <returns>False if the plan has come to its end, or was cancelled.</returns>
    /// <remarks>What the source or the plan throws is thrown here, with its own stack trace, in place of the batch where it happened; the batches after it are not made.</remarks>
    public bool TryNext([NotNullWhen(true)] out int[]? indices, [NotNullWhen(true)] out Tensor? batch)
    {
        (indices, batch) = (null, null);
        _waiting.Start();
        try
        {
            if (_workers.Count > 0 ? !TryTake(out Made? made) : !TryMakeNext(out made))
            {
                return false;
            }

            made.Fault?.Throw();
            indices = made.Indices;
            // A handle of the caller's own: it enters the dispose scope of this thread, if there is one.
            using Tensor owned = made.Batch!;
            batch = owned.alias();
            return true;
        }
        finally
        {
            _waiting.Stop();
        }
    }

    /// <summary>Stops the threads, waits for the batches that they are at, and disposes what nobody took.</summary>
    public void Dispose()
    {
        Stop();
        _registration.Dispose();
        foreach (Thread worker in _workers)
        {
            worker.Join();
        }

        foreach (Made made in _made.Values)
        {
            made.Batch?.Dispose();
        }

        _made.Clear();
        _plan.Dispose();
    }

    private void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryTake([NotNullWhen(true)] out Made? made)
    {
        made = null;
        lock (_gate)
        {
            while (!_stopped && !_made.ContainsKey(_taken) && !(_planned && _taken == _claimed))
            {
                Monitor.Wait(_gate);
            }

            if (_stopped || !_made.TryGetValue(_taken, out made))
            {
                return false;
            }

            // A fault stays, and comes again if asked again: nothing comes after it.
            if (made.Fault is null)
            {
                _made.Remove(_taken++);
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    private bool TryMakeNext([NotNullWhen(true)] out Made? made)
    {
        made = null;
        if (_made.TryGetValue(_taken, out made))
        {
            return true;
        }

        if (_stopped || !TryClaim(out long number, out Made? claimed))
        {
            return false;
        }

        made = Make(claimed, number);
        if (made.Fault is null)
        {
            _taken++;
        }
        else
        {
            _made.Add(number, made);
        }

        return true;
    }

    private void Work()
    {
        while (true)
        {
            long number;
            Made? claimed;
            lock (_gate)
            {
                while (!_stopped && !_planned && _claimed - _taken >= _ahead)
                {
                    Monitor.Wait(_gate);
                }

                if (_stopped || !TryClaim(out number, out claimed))
                {
                    return;
                }
            }

            Made made = Make(claimed, number);
            lock (_gate)
            {
                _planned |= made.Fault is not null;
                _made.Add(number, made);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Takes the next entry of the plan; what the plan throws is the entry's fault. Call under the lock where there are threads.</summary>
    private bool TryClaim(out long number, [NotNullWhen(true)] out Made? claimed)
    {
        (number, claimed) = (_claimed, null);
        if (_planned)
        {
            return false;
        }

        try
        {
            claimed = _plan.MoveNext() ? new Made(_plan.Current, null, null) : null;
        }
#pragma warning disable CA1031 // Every exception goes to the caller, at its place.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            claimed = new Made([], null, ExceptionDispatchInfo.Capture(exception));
        }

        if (claimed is null)
        {
            lock (_gate)
            {
                _planned = true;
                Monitor.PulseAll(_gate);
            }

            return false;
        }

        _claimed++;
        return true;
    }

    private Made Make(Made claimed, long number)
    {
        if (claimed.Fault is not null)
        {
            return claimed;
        }

        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            Tensor batch = _source is IAugmentingSource augmenting ? augmenting.GetBatch(claimed.Indices, _firstDraw + number) : _source.GetBatch(claimed.Indices);
            return claimed with { Batch = batch.DetachFromDisposeScope() };
        }
#pragma warning disable CA1031 // Every exception goes to the caller, at its place.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return claimed with { Fault = ExceptionDispatchInfo.Capture(exception) };
        }
    }

    private sealed record Made(int[] Indices, Tensor? Batch, ExceptionDispatchInfo? Fault);
}
