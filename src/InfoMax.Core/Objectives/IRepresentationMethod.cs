using InfoMax.Encoders;

namespace InfoMax.Objectives;

/// <summary>
/// A way of learning representations that can be compared with others: a name, and the objectives that train an encoder. Deep InfoMax is
/// one (<see cref="DimObjectives"/>); the methods that it is compared with are in the namespace <c>InfoMax.Baselines</c>. Extension point:
/// one new class.
/// </summary>
/// <remarks>All of them train any encoder with <c>new DimTrainer(encoder, data).Objectives(method)</c>.</remarks>
public interface IRepresentationMethod
{
    /// <summary>Short name for tables.</summary>
    string Name { get; }

    /// <summary>Every fault of the settings that is known before an encoder is. A trainer reports them before any work.</summary>
    /// <returns>Sentences in lower case without a full stop; none by default.</returns>
    IReadOnlyList<string> Faults() => [];

    /// <summary>Makes the objectives for an encoder.</summary>
    /// <param name="shape">Sizes of the encoder's input and output.</param>
    /// <param name="seed">Seed of everything random in them; null draws from TorchSharp's global generator.</param>
    /// <returns>The objectives; they belong to the caller, usually to be given to a <see cref="DimLoss"/>.</returns>
    /// <exception cref="ArgumentException">The method cannot train such an encoder.</exception>
    IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null);
}
