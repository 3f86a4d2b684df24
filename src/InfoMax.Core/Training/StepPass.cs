using InfoMax.Encoders;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>The forward pass of a step, whole or in parts, and the backward pass that belongs to it.</summary>
internal sealed class StepPass : IDisposable
{
    private readonly LargeBatch? _large;

    /// <summary>Encodes a batch and computes the loss, inside the step's dispose scope.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The batch, on the device.</param>
    /// <param name="parts">Parts to encode it in.</param>
    /// <param name="complete">Adds what objectives need to the encoder's output.</param>
    /// <param name="encoded">Called between encoder and loss.</param>
    public StepPass(
        Encoder encoder, DimLoss loss, Tensor batch, int parts, Func<EncoderOutput, EncoderOutput> complete, Action? encoded = null)
    {
        _large = parts > 1 ? LargeBatch.Encode(encoder, batch, parts) : null;
        try
        {
            Output = complete(_large?.Output ?? encoder.call(batch));
            encoded?.Invoke();
            Result = loss.call(Output);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public EncoderOutput Output { get; }

    public DimLossResult Result { get; }

    /// <summary>Adds the gradients of the total to the parameters.</summary>
    public void Backward(Tensor total)
    {
        if (_large is null)
        {
            total.backward();
        }
        else
        {
            _large.Backward(total);
        }
    }

    public void Dispose() => _large?.Dispose();
}
