using InfoMax.Data;
using InfoMax.Foundation;
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
    /// <param name="accumulate">Adds the gradients of one step to parameters whose gradients are zero; runs in a dispose scope.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <exception cref="InvalidOperationException">Weights are not finite in the end.</exception>
    public static void Descend(
        SupervisedTraining options, LabeledRun run, IEnumerable<Parameter> parameters, Action<LabeledStep> accumulate, CancellationToken cancellationToken)
    {
        int total = options.StepCount(run), index = 0;
        Parameter[] trained = [.. parameters];
        using optim.Optimizer optimizer = optim.Adam(trained, options.LearningRate);
        var heap = new HeapGuard();
        foreach (LabeledStep step in options.Steps(run))
        {
            cancellationToken.ThrowIfCancellationRequested();
            heap.Step();
            using var scope = NewDisposeScope();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * index / total));
            }

            optimizer.zero_grad();
            accumulate(step);
            optimizer.step();
            index++;
        }

        CheckFinite(trained);
    }

    /// <summary>Throws if training has made weights that are not finite.</summary>
    /// <exception cref="InvalidOperationException">It has.</exception>
    public static void CheckFinite(IEnumerable<Tensor> weights)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (weights.Any(weight => !weight.isfinite().all().item<bool>()))
        {
            throw new InvalidOperationException("Training diverged: weights became NaN or infinite. Check that the inputs are finite; a lower learning rate helps.");
        }
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
                throw new InvalidOperationException("Training diverged: the classifier's scores of test examples are NaN or infinite. Check that the inputs are finite; a lower learning rate helps.");
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
