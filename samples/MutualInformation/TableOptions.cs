
namespace InfoMax.Samples.MutualInformation;

/// <summary>What the table command was asked for.</summary>
/// <param name="Seeds">Runs of each estimator on each task.</param>
/// <param name="Steps">Most training steps of a run.</param>
/// <param name="Workers">Runs at a time.</param>
/// <param name="Results">File of finished runs.</param>
/// <param name="Output">Folder for tables and plot.</param>
/// <param name="Only">Part of the names to run; null for all.</param>
internal sealed record TableOptions(int Seeds, int Steps, int Workers, string Results, string Output, string? Only);
