using System.Text.Json;

namespace InfoMax.Samples.PaperTables;

/// <summary>Finished rows in a file, one JSON line each, added as they finish. Files of several machines can be put together line by line.</summary>
internal sealed class ResultFile(string path)
{
    /// <summary>All rows in the file; a last line that an interrupted run left unfinished is passed over.</summary>
    public IEnumerable<RowResult> Read()
    {
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            RowResult? result = null;
            try
            {
                result = JsonSerializer.Deserialize<RowResult>(line);
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

    public void Add(RowResult result) => File.AppendAllText(path, JsonSerializer.Serialize(result) + "\n");
}
