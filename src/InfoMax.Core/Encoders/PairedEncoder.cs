using InfoMax.Foundation;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// An encoder for each of two modalities, over the rows of a <c>PairedSource</c>. The output is the first encoder's, with the second's as
/// <see cref="EncoderOutput.Paired"/>. The second encoder's features are also among the features, with the prefix "second.".
/// </summary>
public sealed class PairedEncoder : Encoder
{
    private const string Prefix = "second.";

    private readonly long[] _firstShape;
    private readonly long[] _secondShape;

    [ComponentName(Name = "first")]
    private readonly Encoder _first;

    [ComponentName(Name = "second")]
    private readonly Encoder _second;

    /// <summary>Creates the pair.</summary>
    /// <param name="first">The first modality's encoder. Owned and disposed by the pair.</param>
    /// <param name="second">The second modality's encoder. Owned and disposed by the pair.</param>
    /// <param name="firstShape">
    /// Shape of one example of the first modality; null takes the encoder's <see cref="Encoder.InputShape"/>.
    /// </param>
    /// <param name="secondShape">Shape of one example of the second modality; null takes the encoder's.</param>
    /// <exception cref="ArgumentException">A shape is unknown.</exception>
    public PairedEncoder(Encoder first, Encoder second, IReadOnlyList<long>? firstShape = null, IReadOnlyList<long>? secondShape = null)
        : base(nameof(PairedEncoder))
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        (_first, _second) = (first, second);
        (_firstShape, _secondShape) = (
            Known(firstShape ?? first.InputShape, nameof(firstShape)), Known(secondShape ?? second.InputShape, nameof(secondShape)));
        RegisterComponents();
    }

    /// <summary>The first modality's encoder.</summary>
    public Encoder First => _first;

    /// <summary>The second modality's encoder.</summary>
    public Encoder Second => _second;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => [Size(_firstShape) + Size(_secondShape)];

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long count = input.shape[0], split = Size(_firstShape);
        EncoderOutput first = _first.call(input.narrow(1, 0, split).reshape([count, .. _firstShape]));
        EncoderOutput second = _second.call(input.narrow(1, split, Size(_secondShape)).reshape([count, .. _secondShape]));
        var features = new Dictionary<string, Tensor>(first.Features);
        foreach ((string name, Tensor feature) in second.Features)
        {
            features[Prefix + name] = feature;
        }

        return new EncoderOutput(first.Local, first.Global, features) { Paired = second };
    }

    private static long[] Known(IReadOnlyList<long>? shape, string name) => shape is not null && shape.All(d => d > 0)
        ? [.. shape]
        : throw new ArgumentException(
            $"Expected the shape of one example with no unknown size, got {(shape is null ? "none" : TensorGuard.Shape(shape))}: give it " +
            $"to the constructor.", name);

    private static long Size(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
