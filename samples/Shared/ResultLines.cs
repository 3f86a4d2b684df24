using System.Text.Json;
using System.Text.Json.Serialization;

namespace InfoMax.Samples.Shared;

/// <summary>Finished results in a file, one JSON line each, added as they finish. Files of several machines can be put together line by
/// line.</summary>
internal sealed class ResultLines<T>(string path)
    where T : class
{
    private static readonly JsonSerializerOptions Format = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly Lock _lock = new();

    /// <summary>All results in the file; a line that an interrupted run left unfinished is passed over.</summary>
    public IReadOnlyList<T> Read()
    {
        var results = new List<T>();
        foreach (string line in File.Exists(path) ? File.ReadLines(path).Where(l => l.Length > 0) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<T>(line, Format) is { } result)
                {
                    results.Add(result);
                }
            }
            catch (JsonException)
            {
                Console.Error.WriteLine($"{path}: a line that is no result is passed over: {line[..Math.Min(60, line.Length)]}");
            }
        }

        return results;
    }

    /// <summary>Adds a result, on a line of its own whatever the file ends with.</summary>
    public void Add(T result)
    {
        lock (_lock)
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            bool unfinished = false;
            if (file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                unfinished = file.ReadByte() != '\n';
            }

            file.Seek(0, SeekOrigin.End);
            using var text = new StreamWriter(file);
            text.Write((unfinished ? "\n" : "") + JsonSerializer.Serialize(result, Format) + "\n");
        }
    }
}
