using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>One step: forward, a look at the numbers, backward, another look, clipping, the optimizer.</summary>
internal sealed class TrainingStep(Encoder encoder, DimLoss loss, optim.Optimizer optimizer, Parameter[] parameters, TrainerSettings settings)
{
    /// <summary>Name of the gradient's norm among the metrics.</summary>
    public const string GradientNorm = "gradient_norm";

    private readonly double[] _rates = [.. optimizer.ParamGroups.Select(group => group.LearningRate)];

    /// <summary>Learning rate of the last step, of the first group of parameters.</summary>
    public double LearningRate { get; private set; } = optimizer.ParamGroups.First().LearningRate;

    /// <summary>Does a step, inside a dispose scope.</summary>
    /// <param name="batch">The batch, on the device.</param>
    /// <param name="indices">Numbers of its examples.</param>
    /// <param name="rateFactor">Factor of the learning rates.</param>
    /// <param name="look">Whether the numbers are looked at, which waits for the device.</param>
    /// <param name="lookAtTerms">Whether each term is, not only their sum.</param>
    /// <returns>What came out. If a number is not finite nothing has been applied; running statistics are put back if the policy may go on without the batch.</returns>
    public StepOutcome Do(Tensor batch, int[] indices, double rateFactor, bool look, bool lookAtTerms)
    {
        using TensorCopies? before = settings.Divergence.MaySkip ? TensorCopies.OfBuffers(encoder, loss) : null;
        LargeBatch? large = null;
        try
        {
            large = settings.MicroBatches > 1 ? LargeBatch.Encode(encoder, batch, settings.MicroBatches) : null;
            return Do(large, Complete(large?.Output ?? encoder.call(batch), batch, indices), rateFactor, look, lookAtTerms, before);
        }
        catch (NonFiniteException e)
        {
            // Scores look at what they are made of: the loss would not be finite either.
            before?.Restore();
            return new StepOutcome(null, [], ($"{e.Data[DimLoss.TermKey] ?? "encoder"}.loss", double.NaN));
        }
        finally
        {
            large?.Dispose();
        }
    }

    private StepOutcome Do(LargeBatch? large, EncoderOutput output, double rateFactor, bool look, bool lookAtTerms, TensorCopies? before)
    {
        DimLossResult result = loss.call(output);
        var metrics = new Dictionary<string, Tensor>(result.Metrics) { ["total"] = result.Total.detach() };
        (string Term, double Value)? fault = look ? Fault(metrics, lookAtTerms) : null;
        if (fault is null)
        {
            optimizer.zero_grad();
            if (large is null)
            {
                result.Total.backward();
            }
            else
            {
                large.Backward(result.Total);
            }

            Tensor[] gradients = [.. parameters.Select(p => p.grad).OfType<Tensor>()];
            Tensor norm = Norm(gradients);
            metrics[GradientNorm] = norm;
            fault = look && Read(norm) is var value && !double.IsFinite(value) ? (GradientNorm, value) : null;
            if (fault is null)
            {
                Clip(gradients, norm);
                SetRates(rateFactor);
                optimizer.step();
                return new StepOutcome(output, metrics, null);
            }
        }

        optimizer.zero_grad();
        before?.Restore();
        return new StepOutcome(output, metrics, fault);
    }

    /// <summary>Adds to an encoder's output what objectives want: the batch, the numbers of its examples, labels.</summary>
    public EncoderOutput Complete(EncoderOutput output, Tensor batch, int[] indices)
    {
        // An encoder may give other than one row for each example; then there is nothing to go with a row.
        if (output.Local.BatchSize == batch.shape[0])
        {
            output = output.WithInput(batch).WithExampleIndices(Numbers(indices, batch.device));
        }

        return settings.Labels is { } labels ? output.WithLabels(Numbers(indices.Select(i => labels[i]), batch.device)) : output;
    }

    private static Tensor Numbers(IEnumerable<int> numbers, Device device) => tensor(numbers.Select(i => (long)i).ToArray(), device: device);

    private static (string, double)? Fault(Dictionary<string, Tensor> metrics, bool everyTerm)
    {
        if (!everyTerm && double.IsFinite(Read(metrics["total"])))
        {
            return null;
        }

        foreach ((string term, Tensor tensor) in metrics)
        {
            double value = Read(tensor);
            if (!double.IsFinite(value))
            {
                return (term, value);
            }
        }

        return null;
    }

    private static double Read(Tensor number) => number.detach().cpu().to(ScalarType.Float64).item<double>();

    private static Tensor Norm(Tensor[] gradients)
    {
        using var noGrad = no_grad();
        return gradients.Length == 0 ? zeros([]) : stack(gradients.Select(g => g.norm().to(ScalarType.Float64))).norm();
    }

    private void Clip(Tensor[] gradients, Tensor norm)
    {
        if (settings.LargestGradientNorm is not { } most)
        {
            return;
        }

        using var noGrad = no_grad();
        Tensor factor = (most / (norm + 1e-6)).clamp_max(1.0);
        foreach (Tensor gradient in gradients)
        {
            gradient.mul_(factor.to(gradient.dtype));
        }
    }

    private void SetRates(double factor)
    {
        foreach ((int i, optim.ILearningRateController group) in optimizer.ParamGroups.Index())
        {
            group.LearningRate = _rates[i] * factor;
        }

        LearningRate = _rates[0] * factor;
    }
}
