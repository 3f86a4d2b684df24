using InfoMax.QuickStart;

namespace InfoMax.Samples.PaperObjectives;

/// <summary>What the command line asks for.</summary>
/// <param name="Data">The images.</param>
/// <param name="Seeds">Runs of each objective.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Labels">Labels that the probes get.</param>
/// <param name="Only">Run only objectives whose name contains this.</param>
/// <param name="Results">File of finished runs.</param>
/// <param name="Table">Where the table goes.</param>
internal sealed record Settings(QuickStartOptions Data, int Seeds, int Epochs, int Labels, string? Only, string Results, string Table);
