using System.Globalization;

namespace InfoMax.Training.Memory;

/// <summary>
/// The memory that a training run needs at its peak, part by part, and how much is available. Made by <see
/// cref="DimTrainer.PlanMemory()"/>.
/// </summary>
/// <remarks>
/// Parts are measured or counted, except "allocator", with glibc on the CPU: a share of the others, by a rule fitted to measurements. On a
/// GPU with NVIDIA's driver, parts are what libtorch's allocator took when whole steps were tried. On other devices the allocator's
/// overhead is not in the plan. docs/results/benchmarks.md compares plans with the memory that runs took.
/// </remarks>
public sealed class MemoryPlan
{
    internal MemoryPlan(IReadOnlyList<MemoryPart> parts, long? available, string availableReason, IReadOnlyList<string> advice) =>
        (Parts, Available, AvailableReason, Advice) = (parts, available, availableReason, advice);

    /// <summary>
    /// Bytes of each part by name: "encoder", "loss", "gradients", "optimizer", "activations" and so on; null if unknown.
    /// </summary>
    public IReadOnlyDictionary<string, long?> Bytes => Parts.ToDictionary(part => part.Name, part => part.Bytes);

    /// <summary>Bytes of all known parts.</summary>
    public long Total => Parts.Sum(part => part.Bytes ?? 0);

    /// <summary>Bytes of the known parts that are not in memory yet: what the run adds.</summary>
    public long Needed => Parts.Where(part => !part.IsAllocated).Sum(part => part.Bytes ?? 0);

    /// <summary>Bytes that are available; null if unknown, as on a GPU without NVIDIA's driver.</summary>
    public long? Available { get; }

    /// <summary>Where <see cref="Available"/> comes from, or why it is unknown.</summary>
    public string AvailableReason { get; }

    /// <summary>Whether the run needs more than is available; false if that is unknown.</summary>
    public bool Exceeds => Needed > Available;

    /// <summary>What would reduce the need, the most effective first.</summary>
    public IReadOnlyList<string> Advice { get; }

    internal IReadOnlyList<MemoryPart> Parts { get; }

    /// <summary>The plan as a table, the largest part first.</summary>
    /// <returns>A text of several lines, in the invariant culture.</returns>
    public override string ToString()
    {
        string head = $"Memory: {Size(Needed)} needed in addition, {Size(Available)} available ({AvailableReason}).";
        IEnumerable<string> lines = Parts.OrderByDescending(part => part.Bytes ?? long.MaxValue)
            .Select(part => $"  {Size(part.Bytes),10}  {part.Name}{(part.IsAllocated ? " (allocated)" : string.Empty)}: {part.Reason}");
        return string.Join('\n', lines.Prepend(head).Append(Exceeds ? "That is more than is available." : string.Empty)).TrimEnd();
    }

    /// <summary>Bytes in a unit that suits them.</summary>
    internal static string Size(long? bytes) => bytes switch
    {
        null => "unknown",
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F2} GiB"),
    };
}
