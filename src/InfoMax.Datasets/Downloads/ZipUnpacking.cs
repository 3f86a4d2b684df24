using System.IO.Compression;

namespace InfoMax.Datasets;

/// <summary>Unpacks a zip archive by its directory.</summary>
internal static class ZipUnpacking
{
    private const int TypeMask = 0xF000;
    private const int FileType = 0x8000;
    private const int FolderType = 0x4000;

    public static void Unpack(FileStream file, ArchiveWriter writer)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            // The upper half holds the Unix mode, if the archive was made on Unix.
            int type = (entry.ExternalAttributes >> 16) & TypeMask;
            bool folder = entry.FullName.EndsWith('/');
            if (type != 0 && type != (folder ? FolderType : FileType))
            {
                throw writer.Fault(entry.FullName, "expected files and folders only, found a link or a special file");
            }

            if (entry.IsEncrypted)
            {
                throw writer.Fault(entry.FullName, "expected entries without a password, found an encrypted one");
            }

            if (folder)
            {
                writer.Folder(entry.FullName);
                continue;
            }

            using Stream content = entry.Open();
            writer.File(entry.FullName, entry.Length, entry.Crc32, content);
        }

        writer.Finish();
    }
}
