using InfoMax.Data;
using InfoMax.Numerics;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Negatives by corruption: in training mode a corrupted copy of the batch is encoded as well and given as <see cref="EncoderOutput.Other"/>, so that an example can be contrasted with what it is not, where there is no other
/// example (one graph). In evaluation mode it is the encoder inside.
/// </summary>
/// <remarks>Train it in place of the encoder, with <c>DeepGraphInfoMax</c>. Afterwards use <see cref="Inner"/>.</remarks>
public sealed class CorruptingEncoder : Encoder
{
    private readonly Generator _generator;

    [ComponentName(Name = "inner")]
    private readonly Encoder _inner;

    /// <summary>Creates the wrapper.</summary>
    /// <param name="inner">The encoder. Owned and disposed by the wrapper.</param>
    /// <param name="corruption">Makes a corrupted copy of a batch, such as <see cref="GraphEncoder.ShuffledFeatures"/>.</param>
    /// <param name="seed">Seed of the corruption; null draws it from TorchSharp's global generator.</param>
    public CorruptingEncoder(Encoder inner, Augmentation corruption, int? seed = null)
        : base(nameof(CorruptingEncoder))
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(corruption);
        (_inner, Corruption) = (inner, corruption);
        _generator = Initialization.Generator(seed ?? Initialization.GlobalSeed(), purpose: 10);
        RegisterComponents();
    }

    /// <summary>The encoder inside.</summary>
    public Encoder Inner => _inner;

    /// <summary>Makes a corrupted copy of a batch.</summary>
    public Augmentation Corruption { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => _inner.InputShape;

    /// <inheritdoc/>
    public override bool TakesIndices => _inner.TakesIndices;

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return training ? _inner.call(cat([input, Corruption.Apply(input, _generator)])).InHalves() : _inner.call(input);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _generator.Dispose();
        }

        base.Dispose(disposing);
    }
}
