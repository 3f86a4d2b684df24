using System.Text;

namespace InfoMax.Datasets;

/// <summary>
/// Decides which names of an archive may become files, and remembers them. A name that means different things on different systems is
/// refused, so an archive unpacks to equal files on every system, or on none.
/// </summary>
internal sealed class ArchivePaths(string archive, int maxEntries)
{
    private const int LongestName = 1024;
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$"];
    private readonly HashSet<string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _folders = new(StringComparer.OrdinalIgnoreCase);
    private int _entries;

    /// <summary>Whether a name can be a file name on every system.</summary>
    public static bool IsPlainName(string name) =>
        name.Length > 0 && IsText(name) && !name.Any(c => c == '/' || IsForbidden(c)) && IsPlainPart(name);

    /// <summary>Adds a folder and returns its path with '/' between the parts; null for the root.</summary>
    public string? Folder(string name)
    {
        string[] parts = Parts(name);
        AddFolders(name, parts);
        return parts.Length == 0 ? null : string.Join('/', parts);
    }

    /// <summary>Adds a file and returns its path with '/' between the parts.</summary>
    public string File(string name)
    {
        string[] parts = Parts(name);
        if (parts.Length == 0 || name[^1] is '/' or '.')
        {
            throw Fault(name, parts.Length == 0 ? "expected a file name, found none" : "expected a file name, found the name of a folder");
        }

        AddFolders(name, parts[..^1]);
        string path = string.Join('/', parts), key = NormalForm.Key(path);
        return !_folders.ContainsKey(key) && _files.Add(key)
            ? path
            : throw Fault(name, "expected every name once (letters of either case), found it again");
    }

    /// <summary>The exception for an entry.</summary>
    public DatasetException Fault(string name, string problem, Exception? cause = null) =>
        new(archive, $"{problem} (entry {DatasetFile.Shown(name)}).", cause);

    private string[] Parts(string name)
    {
        if (++_entries > maxEntries)
        {
            throw Fault(name, $"expected at most {maxEntries} entries, found more");
        }

        if (name.Length is 0 or > LongestName)
        {
            throw Fault(name, $"expected a name of 1 to {LongestName} characters, found {name.Length}");
        }

        if (!IsText(name))
        {
            throw Fault(name, "expected a name in UTF-8, found bytes that are not");
        }

        if (name[0] == '/' || name.Any(IsForbidden))
        {
            throw Fault(name, "expected a relative path with '/' between plain names, found another");
        }

        string[] parts = [.. name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];
        if (Array.Exists(parts, part => Encoding.UTF8.GetByteCount(part) > SideFile.LongestName))
        {
            throw Fault(name, $"expected names of at most {SideFile.LongestName} bytes in UTF-8, found a longer one");
        }

        string? bad = Array.Find(parts, part => !IsPlainPart(part));
        return bad is null
            ? parts
            : throw Fault(name, $"expected a path inside the folder, valid on every system, found the part {DatasetFile.Shown(bad)}");
    }

    private static bool IsForbidden(char c) =>
        c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' || char.IsControl(c);

    // Decoders replace invalid bytes by U+FFFD. Half a surrogate pair cannot be encoded.
    private static bool IsText(string name) => !name.EnumerateRunes().Contains(Rune.ReplacementChar);

    private static bool IsPlainPart(string part) =>
        part[^1] is not ('.' or ' ') && part[0] != ' ' && Encoding.UTF8.GetByteCount(part) <= SideFile.LongestName && !IsDevice(part);

    // CON.txt is the console as well, and so are COM1 and LPT1 with any ending.
    private static bool IsDevice(string part)
    {
        string stem = part.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        return Devices.Contains(stem) || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && !char.IsAsciiLetter(stem[3]));
    }

    private void AddFolders(string name, string[] parts)
    {
        string path = string.Empty;
        foreach (string part in parts)
        {
            path = path.Length == 0 ? part : $"{path}/{part}";
            string key = NormalForm.Key(path);
            if (_files.Contains(key))
            {
                throw Fault(name, "expected a folder, found a file of the same name before");
            }

            if (!_folders.TryAdd(key, path) && _folders[key] != path)
            {
                throw Fault(name, $"expected every name once (letters of either case), found {DatasetFile.Shown(_folders[key])} before");
            }
        }
    }
}
