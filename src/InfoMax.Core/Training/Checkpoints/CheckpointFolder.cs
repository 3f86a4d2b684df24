using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InfoMax.Weights;

namespace InfoMax.Training.Checkpoints;

/// <summary>The files of a checkpoint: their names, atomic writing, and checksums.</summary>
internal static class CheckpointFolder
{
    /// <summary>Checksums of all other files, in the form that <c>sha256sum --check</c> reads.</summary>
    public const string ChecksumFile = "SHA256SUMS";
    private const string LockFile = ".lock", Prefix = "step-", Writing = ".writing-", Removing = ".removing-";
    private const int MaxChecksumBytes = 1 << 16;
    private const int HashLength = 64;

    /// <summary>The step in a checkpoint's name; null for any other name. A second checkpoint of a step has a number after a dot.</summary>
    public static (long Step, int Again)? StepOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string[] numbers = name[Prefix.Length..].Split('.');
        int again = 0;
        bool valid = numbers.Length <= 2 && long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (numbers.Length == 1 || int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out again));
        return valid ? (long.Parse(numbers[0], CultureInfo.InvariantCulture), again) : null;
    }

    /// <summary>The checkpoints of a folder by name, the latest first; none if there is no such folder.</summary>
    public static IReadOnlyList<string> List(string directory)
    {
        try
        {
            return Directory.Exists(directory)
                ? [.. Directory.EnumerateDirectories(directory).Where(path => StepOf(path) is not null).OrderByDescending(StepOf)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(directory, $"the folder cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Creates and locks the folder until the result is disposed; the system unlocks it if the process dies.</summary>
    /// <exception cref="CheckpointException">Another run uses it, or it cannot be used.</exception>
    public static FileStream Lock(string directory)
    {
        Guarded(directory, () => Directory.CreateDirectory(directory));
        try
        {
            return new FileStream(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(directory, $"expected a folder that no other run is using: {e.Message}", e);
        }
    }

    /// <summary>Creates the folder, and removes what an interrupted run left half written or half removed.</summary>
    public static void Prepare(string directory)
    {
        Guarded(directory, () =>
        {
            Directory.CreateDirectory(directory);
            static bool Leftover(string name) =>
                name.StartsWith(Writing, StringComparison.Ordinal) || name.StartsWith(Removing, StringComparison.Ordinal);
            foreach (string leftover in Directory.GetDirectories(directory, ".*").Where(path => Leftover(Path.GetFileName(path))))
            {
                Directory.Delete(leftover, recursive: true);
            }
        });
    }

    /// <summary>Writes a checkpoint atomically: it is there whole or not at all.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="step">The step, for the name.</param>
    /// <param name="write">Writes the files into the given folder.</param>
    /// <returns>Path of the checkpoint.</returns>
    /// <exception cref="CheckpointException">It cannot be written. Earlier checkpoints are unchanged.</exception>
    public static string Write(string directory, long step, Action<string> write)
    {
        string final = Free(directory, step), temporary = Path.Combine(directory, Writing + Guid.NewGuid().ToString("N"));
        try
        {
            Guarded(final, () =>
            {
                Directory.CreateDirectory(temporary);
                write(temporary);
                WriteChecksums(temporary);
                // In this order: the names of the files, then the checkpoint's own, and only then is anything older removed.
                FolderEntries.Flush(temporary);
                Directory.Move(temporary, final);
                FolderEntries.Flush(directory);
            });
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        return final;
    }

    /// <summary>Removes a checkpoint: it leaves the list before its first file is deleted.</summary>
    /// <exception cref="CheckpointException">It cannot be removed.</exception>
    public static void Remove(string path) => Guarded(path, () =>
    {
        string hidden = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Removing + Guid.NewGuid().ToString("N"));
        Directory.Move(path, hidden);
        Directory.Delete(hidden, recursive: true);
    });

    /// <summary>Writes bytes to a new file and waits until they are on the disk.</summary>
    public static void WriteFlushed(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Compares every file of a checkpoint with its checksum.</summary>
    /// <exception cref="CheckpointException">
    /// A file is missing, has been altered or truncated, or the checksums themselves are damaged.
    /// </exception>
    public static void Verify(string path, params IReadOnlyList<string> required)
    {
        Dictionary<string, string> sums = ReadChecksums(path);
        foreach (string name in required)
        {
            if (!sums.ContainsKey(name))
            {
                throw new CheckpointException(Path.Combine(path, ChecksumFile), $"expected a checksum for \"{name}\", found none.");
            }
        }

        foreach ((string name, string expected) in sums)
        {
            string file = Path.Combine(path, name);
            string found = Guarded(file, () =>
            {
                using var stream = new FileStream(
                    file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
                return Convert.ToHexStringLower(SHA256.HashData(stream));
            });
            if (found != expected)
            {
                throw new CheckpointException(
                    file, $"expected the SHA-256 checksum {expected}, found {found}. The file has been altered or truncated.");
            }
        }
    }

    /// <summary>Reads a file of limited size.</summary>
    public static byte[] ReadSmall(string path, int max) => Guarded(path, () =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (file.Length > max)
        {
            throw new CheckpointException(path, $"expected at most {max} bytes, found {file.Length}.");
        }

        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    });

    private static string Free(string directory, long step)
    {
        string first = Path.Combine(directory, Prefix + step.ToString("D12", CultureInfo.InvariantCulture)), path = first;
        for (int again = 1; Path.Exists(path); again++)
        {
            path = string.Create(CultureInfo.InvariantCulture, $"{first}.{again}");
        }

        return path;
    }

    private static void WriteChecksums(string folder)
    {
        var text = new StringBuilder();
        foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            text.Append(Convert.ToHexStringLower(SHA256.HashData(stream))).Append("  ").Append(Path.GetFileName(file)).Append('\n');
        }

        WriteFlushed(Path.Combine(folder, ChecksumFile), Encoding.ASCII.GetBytes(text.ToString()));
    }

    private static Dictionary<string, string> ReadChecksums(string path)
    {
        string file = Path.Combine(path, ChecksumFile);
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        string text = Encoding.UTF8.GetString(ReadSmall(file, MaxChecksumBytes));
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split("  ", 2);
            bool valid = parts.Length == 2 && parts[0].Length == HashLength && parts[0].All(char.IsAsciiHexDigitLower) && IsName(parts[1]);
            if (!valid || !sums.TryAdd(parts[1], parts[0]))
            {
                throw new CheckpointException(
                    file, "expected lines of a SHA-256 checksum, two spaces and the name of a file, each once; found something else.");
            }
        }

        return sums;
    }

    private static bool IsName(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && text is not ("." or "..");

    private static void Guarded(string path, Action action) => Guarded<object?>(path, () =>
    {
        action();
        return null;
    });

    private static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(path, $"expected it to exist, found nothing: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, $"it cannot be read or written: {e.Message}", e);
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }
}
