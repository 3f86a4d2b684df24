using InfoMax.Encoders;

namespace InfoMax.Objectives;

/// <summary>
/// A way of learning representations, as something that can be compared with others: a name, and the objectives that train an encoder. Deep InfoMax is one (<see cref="DimObjectives"/>), the methods it is compared with are
/// others (namespace <c>InfoMax.Baselines</c>). Extension point: one new class.
/// </summary>
/// <remarks>All of them train any encoder with the same trainer: <c>new DimTrainer(encoder, data).Objectives(method)</c>.</remarks>
public interface IRepresentationMethod
{
    /// <summary>Short name for tables.</summary>
    string Name { get; }

    /// <summary>Makes the objectives for an encoder.</summary>
    /// <param name="shape">Sizes of what the encoder takes and gives.</param>
    /// <param name="seed">Seed of everything random in them; null draws from TorchSharp's global generator.</param>
    /// <returns>The objectives; they belong to the caller, usually to be given to a <see cref="DimLoss"/>.</returns>
    /// <exception cref="ArgumentException">The method cannot train such an encoder.</exception>
    IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null);
}
