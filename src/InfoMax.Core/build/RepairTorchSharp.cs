// Compiled in two places: by MSBuild, as an inline task against netstandard2.0 (see InfoMax.Core.targets), and by this
// repository's tests, which define INFOMAX_WITHOUT_MSBUILD. So the usings must be complete and the API old, and since an
// inline task is made of one file, everything is in this one.
#pragma warning disable IDE0005
#nullable disable

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
#if !INFOMAX_WITHOUT_MSBUILD
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
#endif

/// <summary>
/// The one entry of TorchSharp's Linux library that keeps it from loading where libstdc++ is older than version 13, and how to mark it
/// as one that may be missing.
/// </summary>
/// <remarks>
/// An ELF file lists, in its version-needs table (<c>.gnu.version_r</c>), the symbol versions it wants of each library it links. The loader
/// refuses the file if one of them is absent, unless its entry carries the flag <c>VER_FLG_WEAK</c>. <c>libLibTorchSharp.so</c> of
/// TorchSharp
/// 0.107 has an entry <c>GLIBCXX_3.4.32</c> for <c>libstdc++.so.6</c> of which it never calls anything.
/// </remarks>
internal static class TorchSharpElf
{
    /// <summary>The version that libstdc++ 13 brought.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    /// <summary>The library that has it, or has not.</summary>
    public const string Library = "libstdc++.so.6";

    /// <summary>Name of TorchSharp's library on Linux.</summary>
    public const string FileName = "libLibTorchSharp.so";

    private const int VersionNeedsSection = 0x6ffffffe;
    private const int WeakFlag = 2;

    /// <summary>Finds the flags of the entry.</summary>
    /// <param name="file">The whole library.</param>
    /// <returns>Offset of the two bytes of flags in the file, or −1 if there is no such entry: then there is nothing to repair.</returns>
    /// <exception cref="InvalidDataException">Not a complete 64-bit little-endian ELF file.</exception>
    public static long FindFlags(byte[] file)
    {
        CheckIdentity(file);
        long sections = Long(file, 0x28, "the ELF header");
        int sectionSize = Short(file, 0x3A, "the ELF header");
        int sectionCount = Short(file, 0x3C, "the ELF header");
        if (sections == 0 || sectionCount == 0)
        {
            throw new InvalidDataException("It has no section table, so its version-needs table cannot be found.");
        }

        if (sectionSize < 64)
        {
            throw new InvalidDataException("Its section table has entries of " + sectionSize + " bytes, expected 64.");
        }

        Need(file, sections + ((sectionCount - 1L) * sectionSize), 64, "the section table");
        for (int s = 0; s < sectionCount; s++)
        {
            long section = sections + ((long)s * sectionSize);
            if (Int(file, section + 4, "the section table") != VersionNeedsSection)
            {
                continue;
            }

            int strings = Int(file, section + 40, "the section table");
            if (strings < 0 || strings >= sectionCount)
            {
                throw new InvalidDataException("Its version-needs table names the section " + strings + " for its strings; there are "
                    + sectionCount + ".");
            }

            long flags = FindFlags(
                file,
                Long(file, section + 24, "the section table"),
                Int(file, section + 44, "the section table"),
                Long(file, sections + ((long)strings * sectionSize) + 24, "the section table"));
            if (flags >= 0)
            {
                return flags;
            }
        }

        return -1;
    }

    /// <summary>Whether the entry whose flags lie at an offset may already be missing.</summary>
    public static bool IsWeak(byte[] file, long flags)
    {
        return (file[flags] & WeakFlag) != 0;
    }

    /// <summary>Reads a library and says what a repair would find.</summary>
    /// <param name="path">The library.</param>
    /// <returns>Offset of the flags, or −1 if there is nothing to repair: no such entry, or marked already.</returns>
    /// <exception cref="InvalidDataException">As <see cref="FindFlags(byte[])"/>, with the path.</exception>
    public static long FlagsToMark(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        try
        {
            long flags = FindFlags(file);
            return flags >= 0 && !IsWeak(file, flags) ? flags : -1;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("Cannot repair " + path + ": " + e.Message + " The file is left as it is.", e);
        }
    }

    /// <summary>
    /// Marks the entry in a file, if it needs that. A link is replaced by a file of its own; what it pointed to is not touched. The
    /// file is replaced as a whole or not at all, and keeps its mode and time of modification.
    /// </summary>
    /// <param name="path">The library.</param>
    /// <returns>Whether the file was changed.</returns>
    public static bool MarkInPlace(string path)
    {
        long flags = FlagsToMark(path);
        if (flags < 0)
        {
            return false;
        }

        WriteMarked(path, flags, path, true);
        return true;
    }

    /// <summary>Writes a copy of a library whose entry is marked.</summary>
    /// <param name="source">The library; never changed.</param>
    /// <param name="destination">Where the copy goes; written only if it does not hold it already.</param>
    /// <returns>Whether there was something to mark, and so <paramref name="destination"/> exists.</returns>
    public static bool MarkCopy(string source, string destination)
    {
        long flags = FlagsToMark(source);
        if (flags < 0)
        {
            return false;
        }

        byte[] marked = File.ReadAllBytes(source);
        marked[flags] |= WeakFlag;
        if (!File.Exists(destination) || !Same(File.ReadAllBytes(destination), marked))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination)));

            // The time of the copy is now: newer than an unmarked file that an earlier publish left in its place.
            WriteMarked(source, flags, destination, false);
        }

        return true;
    }

    /// <summary>Whether a file holds the name of the version: what libstdc++ of version 13 or later does.</summary>
    public static bool Provides(string library)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(Version + "\0");
        byte[] file = File.ReadAllBytes(library);
        for (int at = Array.IndexOf(file, wanted[0]); at >= 0
            && at <= file.Length - wanted.Length; at = Array.IndexOf(file, wanted[0], at + 1))
        {
            int same = 1;
            while (same < wanted.Length && file[at + same] == wanted[same])
            {
                same++;
            }

            if (same == wanted.Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds the libstdc++ that the loader of this Linux system would take.</summary>
    /// <returns>Its path, or null if there is none in the places where one is usual.</returns>
    public static string FindLibrary()
    {
        string search = Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "";
        foreach (string folder in search.Split(':'))
        {
            string path = Path.Combine(folder, Library);
            if (folder.Length > 0 && File.Exists(path))
            {
                return path;
            }
        }

        foreach (string line in LoaderCache().Split('\n'))
        {
            // "	libstdc++.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libstdc++.so.6"
            int arrow = line.IndexOf("=>", StringComparison.Ordinal);
            string entry = line.TrimStart();
            if (arrow >= 0 && entry.StartsWith(Library + " (", StringComparison.Ordinal) && entry.Contains("x86-64"))
            {
                string path = line.Substring(arrow + 2).Trim();
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        foreach (string folder in new[] { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
            "/usr/local/lib64" })
        {
            string path = Path.Combine(folder, Library);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static void CheckIdentity(byte[] file)
    {
        if (file.Length < 5 || file[0] != 0x7F || file[1] != (byte)'E' || file[2] != (byte)'L' || file[3] != (byte)'F')
        {
            throw new InvalidDataException("It is not an ELF file (a Linux library): it does not begin with 7F 45 4C 46.");
        }

        if (file[4] != 2)
        {
            throw new InvalidDataException("It is not a 64-bit ELF file (class " + file[4] + ", expected 2).");
        }

        Need(file, 0, 64, "the ELF header");
        if (file[5] != 1)
        {
            throw new InvalidDataException("It is not a little-endian ELF file (data encoding " + file[5] + ", expected 1).");
        }
    }

    private static long FindFlags(byte[] file, long table, int libraries, long strings)
    {
        const string what = "the version-needs table";
        long library = table;
        for (int l = 0; l < libraries; l++)
        {
            int versions = Short(file, library + 2, what);
            bool ours = Text(file, strings, Int(file, library + 4, what)) == Library;
            long version = library + Int(file, library + 8, what);
            for (int v = 0; ours && v < versions; v++)
            {
                if (Text(file, strings, Int(file, version + 8, what)) == Version)
                {
                    Need(file, version + 4, 2, what);
                    return version + 4;
                }

                version += Step(file, version + 12, v, versions);
            }

            library += Step(file, library + 12, l, libraries);
        }

        return -1;
    }

    // Distance to the next record of a chain, checked to go forward.
    private static int Step(byte[] file, long at, int index, int count)
    {
        int step = Int(file, at, "the version-needs table");
        if (step < 16 && index < count - 1)
        {
            throw new InvalidDataException("Its version-needs table ends after " + (index + 1) + " of " + count + " records.");
        }

        return step;
    }

    private static string Text(byte[] file, long strings, int offset)
    {
        long start = strings + offset;
        Need(file, start, 1, "the string table");
        int end = Array.IndexOf(file, (byte)0, (int)start);
        if (end < 0)
        {
            throw new InvalidDataException("It is truncated: a name in the string table has no end.");
        }

        return Encoding.ASCII.GetString(file, (int)start, end - (int)start);
    }

    private static int Short(byte[] file, long at, string what)
    {
        Need(file, at, 2, what);
        return file[at] | (file[at + 1] << 8);
    }

    private static int Int(byte[] file, long at, string what)
    {
        Need(file, at, 4, what);
        return file[at] | (file[at + 1] << 8) | (file[at + 2] << 16) | (file[at + 3] << 24);
    }

    private static long Long(byte[] file, long at, string what)
    {
        return (uint)Int(file, at, what) | ((long)Int(file, at + 4, what) << 32);
    }

    private static void Need(byte[] file, long at, int count, string what)
    {
        if (at < 0 || at > file.Length - count)
        {
            throw new InvalidDataException("It is truncated or damaged: " + what + " reaches to byte " + unchecked(at + count) + " of "
                + file.Length + ".");
        }
    }

    private static void WriteMarked(string source, long flags, string destination, bool keepTime)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(destination));
        string temporary = Path.Combine(folder, "." + Path.GetFileName(destination) + "." + Guid.NewGuid().ToString("N") + ".tmp");
        try
        {
            // A copy, even of a link, is a file of its own; it has the mode and the time of the original.
            File.Copy(source, temporary);
            DateTime time = File.GetLastWriteTimeUtc(temporary);
            FileAttributes attributes = File.GetAttributes(temporary);
            File.SetAttributes(temporary, attributes & ~FileAttributes.ReadOnly);
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
            {
                stream.Position = flags;
                int low = stream.ReadByte();
                stream.Position = flags;
                stream.WriteByte((byte)(low | WeakFlag));
                stream.Flush(true);
            }

            File.SetLastWriteTimeUtc(temporary, keepTime ? time : DateTime.UtcNow);
            File.SetAttributes(temporary, attributes);
            Rename(temporary, destination);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Rename(string temporary, string destination)
    {
        if (File.Exists(destination))
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                File.Delete(destination);
            }
            else
            {
                // On Unix this is rename(2): a link is replaced, not followed.
                File.Replace(temporary, destination, null);
                return;
            }
        }

        File.Move(temporary, destination);
    }

    private static bool Same(byte[] a, byte[] b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }

    private static string LoaderCache()
    {
        foreach (string program in new[] { "/sbin/ldconfig", "/usr/sbin/ldconfig" })
        {
            if (!File.Exists(program))
            {
                continue;
            }

            try
            {
                var start = new ProcessStartInfo(program, "-p")
                { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
                using (Process process = Process.Start(start))
                {
                    process.ErrorDataReceived += (sender, line) => { };
                    process.BeginErrorReadLine();
                    string output = process.StandardOutput.ReadToEnd();
                    process.WaitForExit();
                    return output;
                }
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception || e is InvalidOperationException || e is IOException)
            {
                // The usual folders will do.
            }
        }

        return "";
    }
}

#if !INFOMAX_WITHOUT_MSBUILD
/// <summary>MSBuild task: repairs libraries in an output folder, or gives repaired copies of libraries to publish.</summary>
public class RepairTorchSharp : Task
{
    /// <summary>The libraries.</summary>
    [Required]
    public ITaskItem[] Files { get; set; }

    /// <summary>Leaves the libraries alone if the libstdc++ of this system has the version.</summary>
    public bool OnlyIfThisSystemNeedsIt { get; set; }

    /// <summary>If set, the libraries are left as they are, and repaired copies go into this folder under their RelativePath.</summary>
    public string CopyTo { get; set; }

    /// <summary>Libraries of which a repaired copy was made.</summary>
    [Output]
    public ITaskItem[] Replaced { get; set; }

    /// <summary>The copies, with the metadata of the originals.</summary>
    [Output]
    public ITaskItem[] Copies { get; set; }

    /// <summary>Runs the task.</summary>
    public override bool Execute()
    {
        var replaced = new List<ITaskItem>();
        var copies = new List<ITaskItem>();
        foreach (ITaskItem item in Files)
        {
            try
            {
                if (string.IsNullOrEmpty(CopyTo))
                {
                    Repair(item.ItemSpec);
                    continue;
                }

                string relative = item.GetMetadata("RelativePath");
                string copy = Path.Combine(CopyTo, string.IsNullOrEmpty(relative) ? TorchSharpElf.FileName : relative);
                if (TorchSharpElf.MarkCopy(item.ItemSpec, copy))
                {
                    var made = new TaskItem(copy);
                    item.CopyMetadataTo(made);
                    replaced.Add(item);
                    copies.Add(made);
                    Log.LogMessage(MessageImportance.High,
                        "InfoMax: publishes {0} with {1} marked optional, so that it loads where {2} is older than version 13.",
                        TorchSharpElf.FileName, TorchSharpElf.Version, TorchSharpElf.Library);
                }
            }
            catch (Exception e) when (e is InvalidDataException || e is IOException || e is UnauthorizedAccessException)
            {
                Log.LogError("InfoMax: {0}", e.Message);
            }
        }

        Replaced = replaced.ToArray();
        Copies = copies.ToArray();
        return !Log.HasLoggedErrors;
    }

    private void Repair(string path)
    {
        if (TorchSharpElf.FlagsToMark(path) < 0)
        {
            return;
        }

        string library = null;
        if (OnlyIfThisSystemNeedsIt)
        {
            library = TorchSharpElf.FindLibrary();
            if (library != null && TorchSharpElf.Provides(library))
            {
                Log.LogMessage(MessageImportance.Low, "InfoMax: {0} has {1}; {2} is left as it is.", library, TorchSharpElf.Version, path);
                return;
            }
        }

        if (IsInLinkedFolder(path))
        {
            Log.LogWarning("InfoMax: {0} lies in a folder that is a link, perhaps to files that are not this project's. It is left as it " +
                "is.", path);
            return;
        }

        TorchSharpElf.MarkInPlace(path);
        Log.LogMessage(MessageImportance.High, "InfoMax: marked {0} optional in {1}{2}.", TorchSharpElf.Version, path,
            library == null ? "" : ", because " + library + " lacks it");
    }

    // Of the folders runtimes/linux-x64/native none may be a link; the output folder itself may.
    private static bool IsInLinkedFolder(string path)
    {
        DirectoryInfo folder = new FileInfo(Path.GetFullPath(path)).Directory;
        bool nested = folder.Name == "native";
        for (int up = 0; nested && up < 3 && folder != null; up++, folder = folder.Parent)
        {
            if ((folder.Attributes & FileAttributes.ReparsePoint) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
#endif
