
namespace InfoMax.Samples.MutualInformation;

/// <summary>One finished run: a line of the results file.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Truth">Its mutual information in nats.</param>
/// <param name="Estimator">Name of the contender.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Value">The estimate in nats.</param>
/// <param name="Low">Lower end of its interval; null if it has none.</param>
/// <param name="High">Upper end of its interval; null if it has none.</param>
/// <param name="Ceiling">Its ceiling; null if it has none.</param>
/// <param name="Steps">Training steps done.</param>
/// <param name="End">Why training ended.</param>
/// <param name="Seconds">Time it took.</param>
internal sealed record RunResult(
    string Task, double Truth, string Estimator, int Seed, double Value, double? Low, double? High, double? Ceiling, int Steps, string End,
        double Seconds)
{
    public (string Task, string Estimator, int Seed) Key => (Task, Estimator, Seed);

    public bool? Covers => Low is { } low && High is { } high ? low <= Truth && Truth <= high : null;
}
