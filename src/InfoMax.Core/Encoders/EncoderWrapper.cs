using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// An encoder around an encoder, which does something else while it is trained: it hides a part of the input, makes views, or encodes a corrupted copy. In evaluation mode it is the encoder inside. Extension point: derive and
/// override <see cref="EncodeForTraining"/>.
/// </summary>
/// <remarks>Train it in place of the encoder. Afterwards use <see cref="Inner"/>, which is saved under the name "inner". It is owned and disposed by the wrapper.</remarks>
public abstract class EncoderWrapper : Encoder
{
    private readonly RandomSource _random;

    /// <summary>Creates the wrapper.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="inner">The encoder. Owned and disposed by the wrapper.</param>
    /// <param name="seed">Seed of <see cref="Generator"/>; null draws it from TorchSharp's global generator.</param>
    protected EncoderWrapper(string name, Encoder inner, int? seed = null)
        : this(name, inner, RandomStream.OfSeedOrGlobal(seed, "encoder wrapper"))
    {
    }

    private protected EncoderWrapper(string name, Encoder inner, RandomStream stream)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        _random = new RandomSource(stream);
        // By hand: what registers components does not look at base classes.
        register_module("random", _random);
        register_module("inner", inner);
    }

    /// <summary>The encoder inside.</summary>
    public Encoder Inner { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => Inner.InputShape;

    /// <inheritdoc/>
    public override bool TakesIndices => Inner.TakesIndices;

    /// <summary>Source of what the wrapper draws, on the CPU.</summary>
    protected Generator Generator => _random.Generator;

    /// <inheritdoc/>
    protected sealed override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return training ? EncodeForTraining(input) : EncodeForEvaluation(input);
    }

    /// <summary>Encodes a batch in evaluation mode: by the encoder inside, as it is.</summary>
    private protected virtual EncoderOutput EncodeForEvaluation(Tensor input) => Inner.call(input);

    /// <summary>Encodes a batch in training mode, under the rules of <see cref="Encoder.Encode"/>.</summary>
    /// <param name="input">Inputs <c>[N, *InputShape]</c>.</param>
    /// <returns>The output, made of tensors created by this call.</returns>
    protected abstract EncoderOutput EncodeForTraining(Tensor input);
}
