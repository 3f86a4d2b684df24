using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>Rehearses a step without the update, and reads how much memory the device's allocator has taken.</summary>
/// <remarks>
/// For allocators that keep freed memory, as libtorch's does on a GPU: the memory taken after a pass is the peak of the pass. A step is
/// rehearsed twice. In between, memory of the size of the optimizer's state is taken: it occupies blocks that the first pass has freed, and
/// the second pass may find the remaining ones too small.
/// </remarks>
internal sealed class StepTrial(TrainingStep step, IEnumerable<Parameter> parameters, Func<long> taken)
{
    private readonly Parameter[] _parameters = [.. parameters.Where(p => p.requires_grad)];

    /// <summary>
    /// Tries a batch. Gradients are restored; running statistics, generators and states of estimators are not.
    /// </summary>
    /// <param name="batch">The batch, on the device.</param>
    /// <param name="indices">Indices of its examples.</param>
    /// <param name="parts">Parts to encode it in.</param>
    /// <param name="copies">Number of copies of the weights that the optimizer keeps.</param>
    public TrialReading Do(Tensor batch, int[] indices, int parts, int copies)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        Tensor?[] before = [.. _parameters.Select(p => p.grad)];
        try
        {
            long start = taken();
            TrialReading first = Pass(batch, indices, parts, start);
            long done = taken();
            List<Tensor> kept = [.. Enumerable.Range(0, copies).SelectMany(_ => _parameters.Select(p => empty_like(p)))];
            Pass(batch, indices, parts, done);
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

    private TrialReading Pass(Tensor batch, int[] indices, int parts, long start)
    {
        using var scope = NewDisposeScope();
        long encoded = 0, evaluated = 0;
        step.Rehearse(batch, indices, parts, () => encoded = taken(), () => evaluated = taken());
        return new TrialReading(
            batch.shape[0], Math.Max(0, encoded - start), Math.Max(0, evaluated - encoded), Math.Max(0, taken() - evaluated), 0);
    }
}
