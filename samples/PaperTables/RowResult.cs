using System.Text.Json.Serialization;

namespace InfoMax.Samples.PaperTables;

/// <summary>One finished row for one seed: a line of the results file.</summary>
/// <param name="Table">Number of the table.</param>
/// <param name="Data">What was learned from.</param>
/// <param name="Row">Name of the row.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Training">How the encoder was trained.</param>
/// <param name="Evaluation">How it was measured.</param>
/// <param name="Cells">What was measured, by column.</param>
/// <param name="Seconds">Time of the training; 0 if its weights were there already.</param>
internal sealed record RowResult(int Table, string Data, string Row, int Seed, string Training, string Evaluation,
    IReadOnlyDictionary<string, Cell> Cells, double Seconds)
{
    [JsonIgnore]
    public (int Table, string Data, string Row, int Seed, string Training, string Evaluation) Key =>
        (Table, Data, Row, Seed, Training, Evaluation);
}
