using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Probes;
using InfoMax.Objectives;
using InfoMax.Training;

namespace InfoMax.Samples.PaperTables;

/// <summary>A row: what is trained, and how.</summary>
/// <param name="Name">Name of the row, as in the paper where it has it.</param>
internal abstract record Row(string Name);

/// <summary>An encoder trained without labels, or left as it was made.</summary>
/// <param name="Name">Name of the row.</param>
/// <param name="Network">The network.</param>
/// <param name="Method">What it is trained for, or null.</param>
/// <param name="Wrap">Puts an encoder around it while it is trained, or null.</param>
/// <param name="Add">Adds objectives to those of the method, or null.</param>
internal sealed record LearnedRow(string Name, NamedNetwork Network, IRepresentationMethod? Method,
    Func<Encoder, int, Encoder>? Wrap = null, Action<DimTrainer>? Add = null) : Row(Name)
{
    /// <summary>Whether there is something to train for.</summary>
    public bool IsTrained => Method is not null || Add is not null;

    /// <summary>What is particular about its training, for the record; empty for nothing.</summary>
    public string Remark { get; init; } = "";
}

/// <summary>A network trained with labels: a number for each of some columns.</summary>
/// <param name="Name">Name of the row.</param>
/// <param name="Cells">Its numbers by column, for training and test data and a seed.</param>
internal sealed record LabeledRow(string Name,
    IReadOnlyDictionary<string, Func<LabeledData, LabeledData, int, CancellationToken, ProbeResult>> Cells) : Row(Name);

/// <summary>A network and what it is called.</summary>
internal sealed record NamedNetwork(string Name, EncoderDescription Description);
