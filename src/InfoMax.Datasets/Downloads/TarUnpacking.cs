using System.Formats.Tar;

namespace InfoMax.Datasets;

/// <summary>Unpacks a tar archive that is read from front to end.</summary>
internal static class TarUnpacking
{
    /// <summary>Unpacks an archive and returns its decompressed length.</summary>
    public static long Unpack(Stream content, ArchiveWriter writer)
    {
        using var guard = new TarGuard(content, writer.Archive, writer.Limits.MaxBytes);
        using var reader = new TarReader(guard, leaveOpen: true);
        long last = 0;
        while (Next(reader, guard) is TarEntry entry)
        {
            last = 0;
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    writer.Folder(entry.Name);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    last = entry.Length;
                    writer.File(entry.Name, last, null, entry.DataStream);
                    guard.EntryEnds();
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw writer.Fault(entry.Name, $"expected files and folders only, found a {entry.EntryType}");
            }
        }

        guard.Finish(last);
        writer.Finish();
        return guard.Count;
    }

    private static TarEntry? Next(TarReader reader, TarGuard guard)
    {
        guard.AtHeader = true;
        TarEntry? entry = reader.GetNextEntry();
        guard.AtHeader = false;
        return entry;
    }
}
