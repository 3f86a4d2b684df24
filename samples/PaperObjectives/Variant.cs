using InfoMax.Encoders;
using InfoMax.Training;

namespace InfoMax.Samples.PaperObjectives;

/// <summary>A row of the table: an encoder, and what it is trained for.</summary>
/// <param name="Name">Name of the row.</param>
/// <param name="Encoder">Makes the encoder for a number of channels and a seed.</param>
/// <param name="Train">Tells the trainer what to train for; null for a network as it was made.</param>
internal sealed record Variant(string Name, Func<int, int, Encoder> Encoder, Action<DimTrainer>? Train);
