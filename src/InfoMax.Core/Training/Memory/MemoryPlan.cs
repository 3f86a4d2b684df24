using System.Globalization;

namespace InfoMax.Training.Memory;

/// <summary>What memory a training run will need when it needs most, part by part, against what there is. Made by <see cref="DimTrainer.PlanMemory()"/>.</summary>
/// <remarks>
/// Parts are measured or counted, not looked up, but for the one named "allocator", with glibc on the CPU: a share of the others, by a rule made from measurements. On a GPU that NVIDIA's driver answers for, parts are what
/// libtorch's allocator took when whole steps were tried. Elsewhere what the allocator needs besides is not in the plan. docs/benchmarks.md compares plans with what runs needed.
/// </remarks>
public sealed record MemoryPlan
{
    internal MemoryPlan(IReadOnlyList<MemoryPart> parts, long? available, string availableReason, IReadOnlyList<string> advice) =>
        (Parts, Available, AvailableReason, Advice) = (parts, available, availableReason, advice);

    /// <summary>The parts.</summary>
    public IReadOnlyList<MemoryPart> Parts { get; }

    /// <summary>Bytes of all parts that are known.</summary>
    public long Total => Parts.Sum(part => part.Bytes ?? 0);

    /// <summary>Bytes of the known parts that are not in memory yet: what the run adds.</summary>
    public long Needed => Parts.Where(part => !part.IsAllocated).Sum(part => part.Bytes ?? 0);

    /// <summary>Bytes that can still be had; null if it is not known, as on a GPU whose driver does not tell.</summary>
    public long? Available { get; }

    /// <summary>Where <see cref="Available"/> comes from, or why it is not known.</summary>
    public string AvailableReason { get; }

    /// <summary>Whether the run needs more than there is; false if that is not known.</summary>
    public bool Exceeds => Needed > Available;

    /// <summary>What would make it need less, the most effective first.</summary>
    public IReadOnlyList<string> Advice { get; }

    /// <summary>The plan in lines, the largest part first.</summary>
    /// <returns>A text of several lines.</returns>
    public override string ToString()
    {
        IEnumerable<string> lines = Parts.OrderByDescending(part => part.Bytes ?? long.MaxValue)
            .Select(part => $"  {Size(part.Bytes),10}  {part.Name}{(part.IsAllocated ? " (there already)" : string.Empty)}: {part.Reason}");
        return string.Join('\n', lines.Prepend($"Memory: {Size(Needed)} needed besides what is there already, {Size(Available)} to be had ({AvailableReason}).").Append(Exceeds ? "That is more than there is." : string.Empty)).TrimEnd();
    }

    /// <summary>Bytes in a unit that suits them.</summary>
    internal static string Size(long? bytes) => bytes switch
    {
        null => "not known",
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F2} GiB"),
    };
}
