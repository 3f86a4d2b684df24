using InfoMax.Foundation;

namespace InfoMax.Training.Memory;

/// <summary>
/// Keeps a process from growing by the largest blocks of every step while it trains on the CPU, in a training loop of one's own; <see cref="DimTrainer"/> and all that trains in this library has one.
/// </summary>
/// <remarks>
/// Every tenth step it looks at what is resident. When that has grown by a quarter and 128 MiB beyond what the first ten steps came to, it collects garbage, waits for finalizers and gives free memory back to the system. Why a loop grows is in
/// docs/training.md. Does nothing where the C library is not glibc. Not for several threads at once: one for each loop.
/// </remarks>
/// <example><code>
/// var heap = new HeapWatch();
/// foreach (Tensor batch in batches)
/// {
///     heap.Step();
///     using var scope = torch.NewDisposeScope();
///     …
/// }
/// </code></example>
public sealed class HeapWatch
{
    private readonly HeapGuard _guard = new();

    /// <summary>How often garbage was collected and memory given back.</summary>
    public int Collections => _guard.Collections;

    /// <summary>To be called before each step, while the thread has no call into libtorch open.</summary>
    public void Step() => _guard.Step();
}
