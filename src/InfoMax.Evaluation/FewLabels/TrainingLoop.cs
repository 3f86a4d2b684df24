using InfoMax.Data;
using InfoMax.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.FewLabels;

/// <summary>Adam with a cosine over the steps of a <see cref="SupervisedTraining"/>, and predictions in batches.</summary>
internal static class TrainingLoop
{
    /// <summary>Takes every step of one repeat.</summary>
    /// <param name="options">Steps and rate.</param>
    /// <param name="run">The repeat.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="loss">The loss of a step's labeled examples; runs in a dispose scope.</param>
    /// <param name="more">Adds gradients of a step's unlabeled examples; null for none.</param>
    /// <param name="cancellationToken">Read before each step.</param>
    /// <exception cref="InvalidOperationException">A loss, a gradient or in the end a weight is not finite.</exception>
    public static void Descend(
        SupervisedTraining options,
        LabeledRun run,
        IEnumerable<Parameter> parameters,
        Func<LabeledStep, Tensor> loss,
        Action<LabeledStep>? more,
        CancellationToken cancellationToken)
    {
        Parameter[] trained = [.. parameters];
        using var descent = new Descent(Descent.Adam(trained, options.LearningRate), trained)
        {
            Schedule = LearningRateSchedule.Cosine(),
            TotalSteps = options.StepCount(run),
            Cancellation = cancellationToken,
        };
        foreach (LabeledStep step in options.Steps(run))
        {
            using var scope = NewDisposeScope();
            descent.Step(() => loss(step), value =>
            {
                value.backward();
                more?.Invoke(step);
            });
        }

        descent.CheckWeights();
    }

    /// <summary>The most likely class of each example, without gradients.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="logits">Logits <c>[N, classes]</c> of some rows.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <exception cref="InvalidOperationException">Logits are not finite.</exception>
    public static int[] Classify(LabeledData data, Func<int[], Tensor> logits, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        var predictions = new List<int>(data.Count);
        foreach (int[] rows in Enumerable.Range(0, data.Count).Chunk(256))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor scores = logits(rows);
            if (!scores.isfinite().all().item<bool>())
            {
                throw new InvalidOperationException(
                    "Training diverged: the classifier's scores of test examples are NaN or infinite. " +
                    "Check that the inputs are finite; a lower learning rate helps.");
            }

            Tensor classOf = scores.argmax(1).cpu();
            predictions.AddRange(classOf.data<long>().Select(c => (int)c));
        }

        return [.. predictions];
    }

    /// <summary>The mean cross-entropy of logits with the labels of some rows.</summary>
    public static Tensor CrossEntropy(Tensor logits, LabeledData data, int[] rows)
    {
        using var scope = NewDisposeScope();
        Tensor labels = tensor(rows.Select(row => (long)data.Labels[row]).ToArray(), device: logits.device);
        return scope.MoveToOuter(nn.functional.cross_entropy(logits, labels));
    }
}
