using System.Text.Json;

namespace InfoMax.Samples.PaperObjectives;

/// <summary>Finished runs in a file, one JSON line each, added as they finish.</summary>
internal sealed class ResultFile(string path)
{
    /// <summary>All runs in the file; a last line that an interrupted run left unfinished is passed over.</summary>
    public IEnumerable<RunResult> Read()
    {
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            RunResult? result = null;
            try
            {
                result = JsonSerializer.Deserialize<RunResult>(line);
            }
            catch (JsonException)
            {
                Console.Error.WriteLine($"{path}: a line that is no result is passed over: {line[..Math.Min(60, line.Length)]}");
            }

            if (result is not null)
            {
                yield return result;
            }
        }
    }

    public void Add(RunResult result) => File.AppendAllText(path, JsonSerializer.Serialize(result) + "\n");
}
