using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using InfoMax.Weights;

namespace InfoMax.Training.Checkpoints;

/// <summary>The files of a checkpoint: their names, how they become visible all at once, and their checksums.</summary>
internal static class CheckpointFolder
{
    /// <summary>Checksums of all other files, in the form that <c>sha256sum --check</c> reads.</summary>
    public const string ChecksumFile = "SHA256SUMS";
    private const string LockFile = ".lock";
    private const string Prefix = "step-";
    private const string Writing = ".writing-";
    private const string Removing = ".removing-";
    private const int MostChecksumBytes = 1 << 16;
    private const int HashLength = 64;

    /// <summary>The step in a checkpoint's name, or null of anything else. A second checkpoint of the same step has a number after a dot.</summary>
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

    /// <summary>The checkpoints of a folder by their names, the latest first; none if there is no such folder.</summary>
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

    /// <summary>Makes the folder and takes it until the result is disposed; the system gives it back if the process dies.</summary>
    /// <exception cref="CheckpointException">Another run has it, or it cannot be used.</exception>
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

    /// <summary>Makes the folder, and removes what an interrupted run left half written or half removed.</summary>
    public static void Prepare(string directory)
    {
        Guarded(directory, () =>
        {
            Directory.CreateDirectory(directory);
            foreach (string leftover in Directory.EnumerateDirectories(directory, ".*").Where(path => Path.GetFileName(path) is { } name && (name.StartsWith(Writing, StringComparison.Ordinal) || name.StartsWith(Removing, StringComparison.Ordinal))).ToArray())
            {
                Directory.Delete(leftover, recursive: true);
            }
        });
    }

    /// <summary>Writes a checkpoint, which is there whole or not at all.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="step">The step, for the name.</param>
    /// <param name="write">Writes the files into the folder that it is given.</param>
    /// <returns>Path of the checkpoint.</returns>
    /// <exception cref="CheckpointException">It cannot be written. What was there before still is.</exception>
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
                // In this order: the names of the files before the checkpoint's own, and that before anything older is removed.
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

    /// <summary>Removes a checkpoint: it is gone from the list before its first file is.</summary>
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
    /// <exception cref="CheckpointException">A file is missing, has been altered or truncated, or the checksums themselves are damaged.</exception>
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
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
                return Convert.ToHexStringLower(SHA256.HashData(stream));
            });
            if (found != expected)
            {
                throw new CheckpointException(file, $"expected the SHA-256 checksum {expected}, found {found}. The file has been altered or truncated.");
            }
        }
    }

    /// <summary>Reads a file that is small if it is what it should be.</summary>
    public static byte[] ReadSmall(string path, int most) => Guarded(path, () =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (file.Length > most)
        {
            throw new CheckpointException(path, $"expected at most {most} bytes, found {file.Length}.");
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
        foreach (string line in Encoding.UTF8.GetString(ReadSmall(file, MostChecksumBytes)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split("  ", 2);
            bool valid = parts.Length == 2 && parts[0].Length == HashLength && parts[0].All(char.IsAsciiHexDigitLower) && parts[1].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && parts[1] is not ("." or "..");
            if (!valid || !sums.TryAdd(parts[1], parts[0]))
            {
                throw new CheckpointException(file, "expected lines of a SHA-256 checksum, two spaces and the name of a file, each once; found something else.");
            }
        }

        return sums;
    }

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
            throw new CheckpointException(path, $"expected it to be there, found nothing: {e.Message}", e);
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
