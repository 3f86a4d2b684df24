using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// An encoder around another one that changes what happens in training: it hides a part of the input, makes views, or encodes a corrupted
/// copy. In evaluation mode it is the inner encoder. Extension point: derive and override <see cref="EncodeForTraining"/>.
/// </summary>
/// <remarks>
/// Train the wrapper in place of the encoder. Afterwards use <see cref="Inner"/>, which is saved under the name "inner"; the wrapper owns
/// and disposes it.
/// </remarks>
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
        // By hand: RegisterComponents ignores fields of base classes.
        register_module("random", _random);
        register_module("inner", inner);
    }

    /// <summary>The inner encoder.</summary>
    public Encoder Inner { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => Inner.InputShape;

    /// <inheritdoc/>
    public override bool TakesIndices => Inner.TakesIndices;

    /// <summary>The wrapper's source of randomness, on the CPU.</summary>
    protected Generator Generator => _random.Generator;

    /// <inheritdoc/>
    protected sealed override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return training ? EncodeForTraining(input) : EncodeForEvaluation(input);
    }

    /// <summary>Encodes a batch in evaluation mode, with the inner encoder.</summary>
    private protected virtual EncoderOutput EncodeForEvaluation(Tensor input) => Inner.call(input);

    /// <summary>Encodes a batch in training mode, under the rules of <see cref="Encoder.Encode"/>.</summary>
    /// <param name="input">Inputs <c>[N, *InputShape]</c>.</param>
    /// <returns>The output, made of tensors created by this call.</returns>
    protected abstract EncoderOutput EncodeForTraining(Tensor input);
}
