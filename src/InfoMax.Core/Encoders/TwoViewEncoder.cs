using InfoMax.Data;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Two augmented views of each example. In training mode the batch is augmented twice and both views are encoded; the output is the first
/// view's, with the second's as <see cref="EncoderOutput.Paired"/>. In evaluation mode it is the inner encoder, on the examples without
/// augmentation.
/// </summary>
/// <remarks>
/// Views are made in the training step, on the device and the thread of the encoder. If the source augments too
/// (<see cref="AugmentedSource"/>), both views share its changes. Both views go through the encoder in one batch of 2·N, so batch
/// normalization sees both. Train the wrapper in place of the encoder, with <c>TwoViewInfoMax</c>; the paper's objectives use the first
/// view. Afterwards use <see cref="EncoderWrapper.Inner"/>.
/// </remarks>
public sealed class TwoViewEncoder : EncoderWrapper
{
    private readonly Augmentation _augmentation;

    /// <summary>Creates the wrapper.</summary>
    /// <param name="inner">The encoder. Owned and disposed by the wrapper.</param>
    /// <param name="augmentation">Makes a view, such as <see cref="ImageAugmentation"/>.</param>
    /// <param name="seed">Seed of the views; null draws it from TorchSharp's global generator.</param>
    public TwoViewEncoder(Encoder inner, Augmentation augmentation, int? seed = null)
        : base(nameof(TwoViewEncoder), inner, RandomStream.OfSeedOrGlobal(seed, "two views"))
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        _augmentation = augmentation;
    }

    /// <summary>
    /// Shape of the examples where views have another shape, such as crops of 64×64 from images of 96×96; null if both are equal. In
    /// evaluation mode the inner encoder then gets the augmentation's <see cref="Augmentation.EvaluationView"/>.
    /// </summary>
    /// <value>Positive numbers, without the batch; default null.</value>
    /// <exception cref="ArgumentException">
    /// Views of such examples do not fit the inner encoder, or the augmentation cannot make any.
    /// </exception>
    public IReadOnlyList<long>? ExampleShape
    {
        get;
        init
        {
            if (value is not null && Inner.InputShape is { } taken && _augmentation.OutputShape(value) is var views
                && !(taken.Count == views.Count && taken.Zip(views).All(p => p.First < 0 || p.First == p.Second)))
            {
                throw new ArgumentException(
                    $"Expected examples of which the augmentation makes {TensorGuard.Shape(taken)}, the shape of the inner encoder, got " +
                    $"{TensorGuard.Shape(value)}, of which it makes {TensorGuard.Shape(views)}.", nameof(ExampleShape));
            }

            field = value;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => ExampleShape ?? Inner.InputShape;

    /// <inheritdoc/>
    private protected override EncoderOutput EncodeForEvaluation(Tensor input) =>
        Inner.call(ExampleShape is null ? input : BatchGuard.EvaluationView(_augmentation, input));

    /// <inheritdoc/>
    protected override EncoderOutput EncodeForTraining(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Inner.call(
            cat([BatchGuard.Augment(_augmentation, input, Generator), BatchGuard.Augment(_augmentation, input, Generator)])).InHalves();
    }
}
