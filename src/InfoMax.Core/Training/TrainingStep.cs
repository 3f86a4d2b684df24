using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Optimization;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>One step of a run: encoder and loss, a look at each term, and the step of the <see cref="Descent"/>.</summary>
internal sealed class TrainingStep(Encoder encoder, DimLoss loss, Descent descent, TrainerSettings settings)
{
    private readonly ObjectiveNeeds _needs = loss.Needs;

    /// <summary>Does a step, inside a dispose scope.</summary>
    /// <param name="batch">The batch, on the device.</param>
    /// <param name="indices">Indices of its examples.</param>
    /// <param name="look">Whether the numbers are read, which waits for the device.</param>
    /// <param name="lookAtTerms">Whether each term is read, not only their sum.</param>
    /// <returns>The outcome. If a number is not finite, nothing has been applied.</returns>
    public StepOutcome Do(Tensor batch, int[] indices, bool look, bool lookAtTerms)
    {
        StepPass? pass = null;
        Dictionary<string, Tensor> metrics = [];
        (string Term, double Value)? fault = null;
        Tensor? Evaluate()
        {
            try
            {
                pass = Pass(batch, indices, settings.MicroBatches);
            }
            catch (NonFiniteException e)
            {
                fault = ($"{e.Term ?? "encoder"}.loss", double.NaN);
                return null;
            }

            metrics = new Dictionary<string, Tensor>(pass.Result.Metrics) { ["total"] = pass.Result.Total.detach() };
            fault = look && lookAtTerms ? Fault(metrics) : null;
            return fault is null ? pass.Result.Total : null;
        }

        try
        {
            DescentStep step = descent.Try(Evaluate, total => pass!.Backward(total), look);
            if (step.Fault is { } found)
            {
                fault ??= found.Name == Descent.Loss ? Fault(metrics) : found;
            }

            if (step.GradientNorm is { } norm)
            {
                metrics[Descent.GradientNorm] = norm;
            }

            return new StepOutcome(pass?.Output, metrics, fault);
        }
        finally
        {
            pass?.Dispose();
        }
    }

    /// <summary>Does all of a step but the update, inside a dispose scope. Gradients stay.</summary>
    /// <param name="batch">The batch, on the device.</param>
    /// <param name="indices">Indices of its examples.</param>
    /// <param name="parts">Parts to encode it in.</param>
    /// <param name="encoded">Called after the encoder.</param>
    /// <param name="evaluated">Called after the loss.</param>
    public void Rehearse(Tensor batch, int[] indices, int parts, Action encoded, Action evaluated)
    {
        using StepPass pass = Pass(batch, indices, parts, encoded);
        evaluated();
        descent.Gradients(pass.Result.Total, pass.Backward);
    }

    /// <summary>Adds to an encoder's output what objectives need: the batch, the indices of its examples, labels.</summary>
    public EncoderOutput Complete(EncoderOutput output, Tensor batch, int[] indices)
    {
        output = _needs.HasFlag(ObjectiveNeeds.Input) ? output.WithInput(batch) : output;
        output = _needs.HasFlag(ObjectiveNeeds.ExampleIndices) ? output.WithExampleIndices(Numbers(indices, batch.device)) : output;
        return _needs.HasFlag(ObjectiveNeeds.Labels) && settings.Labels is { } labels
            ? output.WithLabels(Numbers(indices.Select(i => labels[i]), batch.device))
            : output;
    }

    private StepPass Pass(Tensor batch, int[] indices, int parts, Action? encoded = null) =>
        new(encoder, loss, batch, parts, output => Complete(output, batch, indices), encoded);

    private static Tensor Numbers(IEnumerable<int> numbers, Device device) =>
        tensor(numbers.Select(i => (long)i).ToArray(), device: device);

    /// <summary>The first number that is not finite.</summary>
    private static (string, double)? Fault(Dictionary<string, Tensor> metrics)
    {
        foreach ((string term, Tensor tensor) in metrics)
        {
            double value = tensor.detach().cpu().to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(value))
            {
                return (term, value);
            }
        }

        return null;
    }
}
