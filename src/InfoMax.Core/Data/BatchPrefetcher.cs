using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
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
    private readonly PlannedBatches _plan;
    private readonly int _ahead;
    private readonly List<Thread> _workers = [];
    private readonly CancellationTokenRegistration _registration;
    private readonly object _gate = new();
    private readonly Dictionary<long, MadeBatch> _made = [];
    private readonly Stopwatch _waiting = new();
    private long _taken;
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

        _ahead = ahead;
        _plan = new PlannedBatches(source, plan, firstDraw);
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
    /// <returns>False if the plan has come to its end, or was canceled.</returns>
    /// <remarks>What the source or the plan throws is thrown here, with its own stack trace, in place of the batch where it happened; the batches after it are not made.</remarks>
    public bool TryNext([NotNullWhen(true)] out int[]? indices, [NotNullWhen(true)] out Tensor? batch)
    {
        (indices, batch) = (null, null);
        _waiting.Start();
        try
        {
            if (_workers.Count > 0 ? !TryTake(out MadeBatch? made) : !TryMakeNext(out made))
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

        foreach (MadeBatch made in _made.Values)
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

    private bool TryTake([NotNullWhen(true)] out MadeBatch? made)
    {
        made = null;
        lock (_gate)
        {
            while (!_stopped && !_made.ContainsKey(_taken) && !(_plan.Ended && _taken == _plan.Claimed))
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

    private bool TryMakeNext([NotNullWhen(true)] out MadeBatch? made)
    {
        made = null;
        if (_made.TryGetValue(_taken, out made))
        {
            return true;
        }

        if (_stopped || !_plan.TryClaim(out MadeBatch? claimed))
        {
            return false;
        }

        made = _plan.Make(claimed);
        if (made.Fault is null)
        {
            _taken++;
        }
        else
        {
            _made.Add(made.Number, made);
        }

        return true;
    }

    private void Work()
    {
        while (true)
        {
            MadeBatch? claimed;
            lock (_gate)
            {
                while (!_stopped && !_plan.Ended && _plan.Claimed - _taken >= _ahead)
                {
                    Monitor.Wait(_gate);
                }

                if (_stopped || !_plan.TryClaim(out claimed))
                {
                    // The end of the plan is news to the others.
                    Monitor.PulseAll(_gate);
                    return;
                }
            }

            MadeBatch made = _plan.Make(claimed);
            lock (_gate)
            {
                if (made.Fault is not null)
                {
                    _plan.End();
                }

                _made.Add(made.Number, made);
                Monitor.PulseAll(_gate);
            }
        }
    }
}
