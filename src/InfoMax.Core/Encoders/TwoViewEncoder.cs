using InfoMax.Data;
using InfoMax.Numerics;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Two augmented views of each example: in training mode the batch is augmented twice and both are encoded; the output is that of the first view, with the second as <see cref="EncoderOutput.Other"/>. In evaluation
/// mode it is the encoder inside, on the examples as they are.
/// </summary>
/// <remarks>
/// Both views go through the encoder in one batch of 2·N, so that batch normalisation sees both. Train it in place of the encoder, with <c>TwoViewInfoMax</c>; the objectives of the paper see the first view.
/// Afterwards use <see cref="Inner"/>.
/// </remarks>
public sealed class TwoViewEncoder : Encoder
{
    private readonly Generator _generator;

    [ComponentName(Name = "inner")]
    private readonly Encoder _inner;

    /// <summary>Creates the wrapper.</summary>
    /// <param name="inner">The encoder. Owned and disposed by the wrapper.</param>
    /// <param name="augmentation">Makes a view, such as <see cref="ImageAugmentation"/>.</param>
    /// <param name="seed">Seed of the views; null draws it from TorchSharp's global generator.</param>
    public TwoViewEncoder(Encoder inner, Augmentation augmentation, int? seed = null)
        : base(nameof(TwoViewEncoder))
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(augmentation);
        (_inner, Augmentation) = (inner, augmentation);
        _generator = Initialization.Generator(seed ?? Initialization.GlobalSeed(), purpose: 9);
        RegisterComponents();
    }

    /// <summary>The encoder inside.</summary>
    public Encoder Inner => _inner;

    /// <summary>Makes a view.</summary>
    public Augmentation Augmentation { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => _inner.InputShape;

    /// <inheritdoc/>
    public override bool TakesIndices => _inner.TakesIndices;

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return training
            ? _inner.call(cat([Augmentation.Apply(input, _generator), Augmentation.Apply(input, _generator)])).InHalves()
            : _inner.call(input);
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
