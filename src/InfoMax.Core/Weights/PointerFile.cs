namespace InfoMax.Weights;

/// <summary>Small text files that stand for large ones in a Git repository.</summary>
internal static class PointerFile
{
    /// <summary>The most bytes that <see cref="Kind"/> looks at.</summary>
    public const int Length = 64;

    /// <summary>What the first bytes of a file say it stands for, and how to get that; null if it is no pointer.</summary>
    public static string? Kind(ReadOnlySpan<byte> start) =>
        start.StartsWith("version https://git-lfs.github.com/"u8) || start.StartsWith("version https://hawser.github.com/"u8)
            ? "a Git LFS pointer in place of the file: run \"git lfs pull\""
            : start.StartsWith("/annex/objects/"u8)
            ? "a git-annex pointer in place of the file: run \"git annex get\""
            : null;
}
