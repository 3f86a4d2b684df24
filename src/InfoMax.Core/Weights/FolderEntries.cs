using System.Runtime.InteropServices;

namespace InfoMax.Weights;

/// <summary>
/// What a folder says of its files. On Unix, a name that was given or changed can be lost with the power, though the file's content is on
/// the disk, until the folder itself is flushed.
/// </summary>
internal static partial class FolderEntries
{
    /// <summary>
    /// Waits until the names in a folder are on the disk. Does nothing on Windows, where file systems write names ahead in a log, and where
    /// a file system or the C library cannot flush a folder.
    /// </summary>
    /// <param name="folder">Path of a folder that exists.</param>
    /// <returns>Whether it was flushed.</returns>
    public static bool Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            int handle = Open(folder, flags: 0); // O_RDONLY
            if (handle < 0)
            {
                return false;
            }

            bool flushed = Sync(handle) == 0;
            _ = Close(handle);
            return flushed;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
