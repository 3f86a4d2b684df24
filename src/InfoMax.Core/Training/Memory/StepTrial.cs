using InfoMax.Encoders;
using InfoMax.Objectives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>Does all that a step does but the update, and reads how much memory the device's allocator has taken by then.</summary>
/// <remarks>
/// For allocators that keep what they have had, as libtorch's does on a GPU: there what is taken after a pass is the most that the pass needed. A step is done twice, with room for what the optimizer keeps taken in between: that
/// settles in blocks that the first pass has left, and the second may find them too small.
/// </remarks>
internal sealed class StepTrial(Encoder encoder, DimLoss loss, int microBatches, Func<EncoderOutput, Tensor, EncoderOutput> complete, Func<long> taken)
{
    private readonly Parameter[] _parameters = [.. encoder.parameters().Concat(loss.parameters()).Where(p => p.requires_grad)];

    /// <summary>Tries a batch. Gradients are afterwards what they were before; running statistics, generators and the estimators' states are not.</summary>
    /// <param name="batch">The batch, on the device.</param>
    /// <param name="copies">How often the optimizer keeps the size of the weights.</param>
    public TrialReading Do(Tensor batch, int copies)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        Tensor?[] before = [.. _parameters.Select(p => p.grad)];
        try
        {
            long start = taken();
            TrialReading first = Pass(batch, start);
            long done = taken();
            List<Tensor> kept = [.. Enumerable.Range(0, copies).SelectMany(_ => _parameters.Select(p => empty_like(p)))];
            Pass(batch, done);
            kept.ForEach(t => t.Dispose());
            return first with { Afterwards = Math.Max(0, taken() - done) };
        }
        finally
        {
            foreach ((Parameter parameter, Tensor? gradient) in _parameters.Zip(before))
            {
                parameter.grad = gradient;
            }
        }
    }

    private TrialReading Pass(Tensor batch, long start)
    {
        using var scope = NewDisposeScope();
        using LargeBatch? large = microBatches > 1 ? LargeBatch.Encode(encoder, batch, microBatches) : null;
        EncoderOutput output = large?.Output ?? encoder.call(batch);
        long encoded = taken();
        Tensor total = loss.call(complete(output, batch)).Total;
        long lost = taken();
        // Those of the step before are there until now.
        foreach (Parameter parameter in _parameters)
        {
            parameter.grad = null;
        }

        if (large is null)
        {
            total.backward();
        }
        else
        {
            large.Backward(total);
        }

        return new TrialReading(batch.shape[0], Math.Max(0, encoded - start), Math.Max(0, lost - encoded), Math.Max(0, taken() - lost), 0);
    }
}
