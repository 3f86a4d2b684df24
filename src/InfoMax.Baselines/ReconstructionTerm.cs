using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// Rebuilds the input from the code: the squared error of a decoder, summed over the numbers of an example and averaged over examples.
/// Alone it makes an autoencoder. Metrics: "mse", the mean squared error of a number.
/// </summary>
/// <remarks>
/// The output must carry the batch, <see cref="EncoderOutput.Input"/>. The sum follows the published baselines; it sets the weight
/// against other terms.
/// </remarks>
internal sealed class ReconstructionTerm : Objective
{
    private readonly long _units;
    private readonly long[] _inputShape;

    [ComponentName(Name = "decoder")]
    private readonly nn.Module<Tensor, Tensor> _decoder;

    /// <summary>Creates the objective.</summary>
    /// <param name="globalUnits">Units of a code, 1 or more.</param>
    /// <param name="inputShape">Shape of one example.</param>
    /// <param name="decoder">From codes <c>[N, units]</c> to inputs <c>[N, *inputShape]</c>. Owned by the objective.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public ReconstructionTerm(long globalUnits, IReadOnlyList<long> inputShape, nn.Module<Tensor, Tensor> decoder)
        : base("reconstruction", ObjectiveNeeds.Input)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(decoder);
        (_units, _inputShape, _decoder) = (globalUnits, [.. inputShape], decoder);
        RegisterComponents();
    }

    /// <summary>The decoder.</summary>
    public nn.Module<Tensor, Tensor> Decoder => _decoder;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor input = InputOf.Batch(output, _inputShape);
        Tensor loss = SquaredError(_decoder.call(InputOf.Code(output, _units)), input);
        return new ObjectiveResult(loss, metrics: new Dictionary<string, Tensor> { ["mse"] = PerNumber(loss, input) });
    }

    /// <summary>The squared error of a batch: summed over an example, averaged over examples.</summary>
    internal static Tensor SquaredError(Tensor rebuilt, Tensor input)
    {
        TensorGuard.HasShape(rebuilt, input.shape, nameof(rebuilt));
        return (rebuilt - input).square().sum() / input.shape[0];
    }

    /// <summary>The squared error of one number.</summary>
    internal static Tensor PerNumber(Tensor squaredError, Tensor input) => squaredError.detach() * ((double)input.shape[0] / input.numel());
}
