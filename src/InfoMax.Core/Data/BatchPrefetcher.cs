using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// Makes the batches of a plan on its own threads while the caller works on earlier ones, and returns them in the order of the plan. The
/// batches are bitwise equal for any number of threads.
/// </summary>
/// <remarks>
/// <para>
/// Ownership: a batch is made in a dispose scope of its thread and detached from it. It is kept here until it is taken (then it belongs to
/// the caller's dispose scope, or the caller) or disposed.
/// </para>
/// <para>
/// Processors: each thread that calls libtorch has its own team of <c>get_num_threads()</c> intra-operator threads. Where the training step
/// keeps all cores busy, making batches slows it down, on whatever thread; prefetching saves waiting time (files, decoding while a step
/// runs on a GPU). The number of intra-operator threads is not changed: libtorch has one setting for all threads, and another number may
/// change the order of sums.
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
    /// <param name="source">The source of the examples; stays the caller's, and must outlive this object.</param>
    /// <param name="plan">The indices of each batch. Enumerated as batches are made, by one thread at a time, on changing threads.</param>
    /// <param name="firstDraw">The number of the first batch within the run, for a source that augments.</param>
    /// <param name="workers">Threads that make batches; 0 makes each when it is asked for, on the caller's thread.</param>
    /// <param name="ahead">
    /// The most batches that are made or being made and not yet taken; fewer than <paramref name="workers"/> leaves threads idle.
    /// </param>
    /// <param name="cancellation">Ends the batches early.</param>
    /// <exception cref="ArgumentException">More than one thread is asked for, and the source cannot be used by several.</exception>
    public BatchPrefetcher(
        IBatchSource source, IEnumerable<int[]> plan, long firstDraw, int workers, int ahead, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfNegative(firstDraw);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        if (workers > 1 && !source.IsThreadSafe)
        {
            throw new ArgumentException(
                $"Expected at most 1 thread for {source.GetType().Name}, which does not say that several may use it at once " +
                    $"({nameof(IBatchSource)}.{nameof(IBatchSource.IsThreadSafe)}), got {workers}.", nameof(workers));
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

    /// <summary>Total time that the caller has waited for batches; without threads, the time that making them took.</summary>
    public TimeSpan Waited => _waiting.Elapsed;

    /// <summary>Returns the next batch of the plan; waits until it is made. For one caller at a time.</summary>
    /// <param name="indices">The indices of the batch.</param>
    /// <param name="batch">The batch; it belongs to the caller's dispose scope, or to the caller without one.</param>
    /// <returns>False if the plan has ended or was canceled.</returns>
    /// <remarks>
    /// An exception of the source or the plan is thrown here, with its own stack trace, in place of the batch that it concerns. Later
    /// batches are not made.
    /// </remarks>
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

    /// <summary>Stops the threads, waits for the batches being made, and disposes batches that were not taken.</summary>
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

            // A fault stays and is thrown at each further call: no batch follows it.
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
                    // Other threads may wait for the end of the plan.
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
