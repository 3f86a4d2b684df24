namespace InfoMax.Foundation;

/// <summary>
/// Keeps the heap of native memory from growing without end during training. Numbers that TorchSharp hands to libtorch (<c>tensor *
/// 2.0</c>) are small blocks that live until a garbage collection, and between
/// them blocks that are freed cannot grow together; glibc before 2.38 takes aligned blocks from such holes only if they are larger than
/// asked for. Where the collector has little reason to run, on processors with a large cache,
/// every step then takes its largest blocks from the end of the heap. Nothing is done where the C library does not tell how large the heap
/// is. On a GPU tensors are elsewhere, and the heap hardly grows.
/// </summary>
/// <remarks>
/// What is looked at is the memory of the process that is resident, not the heap's length: what is given back in the middle of the heap
/// leaves its length as it is, and a bound that went by the length would grow whenever something that
/// stays happens to be at the heap's end.
/// </remarks>
internal sealed class HeapGuard
{
    private const int EverySteps = 10;

    /// <summary>What a process may grow by beyond a quarter of its size before anything is done.</summary>
    private const long Slack = 128 << 20;

    private int _steps;
    private long _settled;

    /// <summary>How often garbage was collected and the heap trimmed.</summary>
    public int Collections { get; private set; }

    /// <summary>To be called before each step: looks before every tenth. A collection runs on the calling thread, which has no call into
    /// libtorch open then; other threads may have (docs/internals/native-libraries.md, "Numbers that are freed too early").</summary>
    public void Step()
    {
        if (_steps++ % EverySteps != 0 || NativeHeap.Held() is null)
        {
            return;
        }

        long held = Environment.WorkingSet;
        if (_steps <= EverySteps + 1)
        {
            // What steps need shows after some.
            _settled = held;
        }
        else if (held > _settled + (_settled / 4) + Slack)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            NativeHeap.Trim();
            Collections++;
            // What is needed after all is not looked at again.
            _settled = Math.Max(_settled, Environment.WorkingSet);
        }
    }
}
