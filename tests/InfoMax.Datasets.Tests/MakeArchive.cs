using System.Formats.Tar;
using System.IO.Compression;

namespace InfoMax.Datasets.Tests;

/// <summary>Small archives, good and bad.</summary>
internal static class MakeArchive
{
    /// <summary>A tar archive of files; a name that ends with '/' is a folder.</summary>
    public static byte[] Tar(params (string Name, byte[] Content)[] files) =>
        Tar([.. files.Select(file => file.Name.EndsWith('/')
            ? new PaxTarEntry(TarEntryType.Directory, file.Name)
            : (TarEntry)new PaxTarEntry(TarEntryType.RegularFile, file.Name) { DataStream = new MemoryStream(file.Content) })]);

    public static byte[] Tar(params TarEntry[] entries)
    {
        using var memory = new MemoryStream();
        using (var writer = new TarWriter(memory, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return memory.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return memory.ToArray();
    }

    /// <summary>A zip archive of one file whose type by the Unix mode is another.</summary>
    public static byte[] ZipOfMode(int mode)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            ZipArchiveEntry entry = zip.CreateEntry("odd");
            entry.ExternalAttributes = mode << 16;
            using Stream stream = entry.Open();
            stream.Write("/etc/passwd"u8);
        }

        return memory.ToArray();
    }

    /// <summary>Writes the checksum of a tar header anew after a change.</summary>
    public static byte[] Sign(byte[] tar, int header = 0)
    {
        tar.AsSpan(header + 148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in tar.AsSpan(header, 512))
        {
            sum += value;
        }

        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(tar, header + 148);
        return tar;
    }
}
