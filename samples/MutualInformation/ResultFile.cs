using System.Text.Json;
using System.Text.Json.Serialization;

namespace InfoMax.Samples.MutualInformation;

/// <summary>Finished runs in a file, one JSON line each, added as they finish.</summary>
internal sealed class ResultFile(string path)
{
    private static readonly JsonSerializerOptions Format = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly Lock _lock = new();

    /// <summary>All runs in the file; a last line that an interrupted run left unfinished is passed over.</summary>
    public List<RunResult> Read()
    {
        var results = new List<RunResult>();
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<RunResult>(line, Format) is { } result)
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

    public void Add(RunResult result)
    {
        lock (_lock)
        {
            File.AppendAllText(path, JsonSerializer.Serialize(result, Format) + "\n");
        }
    }
}
