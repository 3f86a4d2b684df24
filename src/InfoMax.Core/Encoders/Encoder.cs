using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// A network that computes a local feature map and a global vector for each input of a batch. Extension point: derive and override
/// <see cref="Encode"/>, or wrap an existing module in an <c>EncoderAdapter</c>.
/// </summary>
/// <remarks>
/// The encoder owns its layers; its creator disposes it. Use <c>call(input)</c>. Declare layers as fields with <c>[ComponentName]</c> and
/// call <c>RegisterComponents()</c> last in the constructor.
/// </remarks>
public abstract class Encoder : nn.Module<Tensor, EncoderOutput>
{
    private bool _normsChecked;

    /// <summary>Creates the module.</summary>
    /// <param name="name">The module's name.</param>
    protected Encoder(string name)
        : base(NativeBackend.Checked(name))
    {
    }

    /// <summary>
    /// Required shape of one example, without the batch dimension; −1 stands for any size. Null (the default) for no check.
    /// </summary>
    public virtual IReadOnlyList<long>? InputShape => null;

    /// <summary>Whether inputs are int64 indices, such as ids of tokens, and not numbers of the parameters' dtype. Default false.</summary>
    public virtual bool TakesIndices => false;

    /// <summary>Encodes a batch. Use <c>call(input)</c>, which also runs hooks.</summary>
    /// <param name="input">
    /// Inputs <c>[N, *InputShape]</c>, on the device of the encoder's parameters: floating point and of their dtype, or int64 if
    /// <see cref="TakesIndices"/>.
    /// </param>
    /// <returns>Local map, global vector and named features. They belong to the caller, or to the dispose scope open at the call.</returns>
    /// <exception cref="ArgumentException">The input has another shape, dtype or device than the encoder.</exception>
    /// <exception cref="InvalidOperationException">
    /// <see cref="Encode"/> gave null, the input itself, or another number of examples than the
    /// input; or, at the first call, a GroupNorm holds memory that was never set.
    /// </exception>
    public sealed override EncoderOutput forward(Tensor input)
    {
        CheckInput(input);
        if (!_normsChecked)
        {
            GroupNorms.Check(this);
            _normsChecked = true;
        }

        using var scope = NewDisposeScope();
        EncoderOutput output = Encode(input);
        CheckOutput(output, input);
        return output.MoveToOuter(scope);
    }

    /// <summary>
    /// Encodes a checked batch. Runs inside a dispose scope, which disposes all tensors that are not part of the output. Must not return
    /// the input tensor itself (return <c>input.alias()</c>) or dispose it.
    /// </summary>
    /// <param name="input">Inputs <c>[N, *InputShape]</c>.</param>
    /// <returns>The output, made of tensors created by this call.</returns>
    protected abstract EncoderOutput Encode(Tensor input);

    private void CheckOutput(EncoderOutput? output, Tensor input)
    {
        if (output is null || output.Local.BatchSize != input.shape[0])
        {
            throw new InvalidOperationException(
                $"Expected {GetType().Name} to give an output of {input.shape[0]} examples, one for each of its input, " +
                $"got {(output is null ? "null" : output.Local.BatchSize)}.");
        }

        if (output.Holds(input))
        {
            throw new InvalidOperationException(
                $"Expected {GetType().Name} to give new tensors, got its input itself: return input.alias().");
        }
    }

    private void CheckInput(Tensor input)
    {
        TensorGuard.NotDisposed(input);
        if (!TakesIndices)
        {
            TensorGuard.FloatingPoint(input);
        }
        else if (input.dtype != ScalarType.Int64)
        {
            throw new ArgumentException($"Expected int64 indices, got {TensorGuard.Describe(input)}.", nameof(input));
        }

        if (InputShape is { } shape)
        {
            TensorGuard.HasShape(input, [-1, .. shape]);
        }

        if (input.dim() < 2 || input.shape[0] == 0)
        {
            throw new ArgumentException($"Expected a batch of at least one example, got {TensorGuard.Describe(input)}.", nameof(input));
        }

        if (parameters().FirstOrDefault() is not { } parameter)
        {
            return;
        }

        if (!TakesIndices)
        {
            TensorGuard.SameKind(input, parameter, nameof(input), "the encoder's parameters");
        }
        else if (input.device_type != parameter.device_type || input.device_index != parameter.device_index)
        {
            throw new ArgumentException(
                $"Expected the device of the encoder's parameters ({parameter.device}), got {TensorGuard.Describe(input)}.", nameof(input));
        }
    }
}
