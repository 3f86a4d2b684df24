using InfoMax.Evaluation.FewLabels;
using InfoMax.Foundation;
using InfoMax.Randomness;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// Base of <see cref="VirtualAdversarialTraining"/> and <see cref="LadderNetwork"/>: untrained networks that learn from few labeled
/// examples and from all training examples without their labels. Baselines for the fine-tuning of a representation.
/// </summary>
/// <remarks>
/// <para>
/// Each step takes a batch of labeled examples and a batch of all training examples without labels, which includes the labeled ones. An
/// epoch is one pass over all training examples, so the number of steps does not depend on the number of labels. The labeled examples are
/// repeated, in a new order for each pass.
/// </para>
/// <para>
/// The accuracy is measured after the last epoch: nothing is chosen on the test examples. Each repeat draws its own labeled examples,
/// order, weights and noise.
/// </para>
/// </remarks>
public abstract class SemiSupervisedTraining : SupervisedTraining
{
    private readonly int _unlabeledBatchSize = 128;

    private protected SemiSupervisedTraining()
    {
    }

    /// <summary>
    /// Examples per step whose labels are not used; the last partial batch is dropped. Where there are fewer training examples than this,
    /// each step takes all of them, and the result says how many.
    /// </summary>
    /// <value>At least 2; default 128.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int UnlabeledBatchSize
    {
        get => _unlabeledBatchSize;
        init => _unlabeledBatchSize = OptionGuard.AtLeast(2, value, nameof(UnlabeledBatchSize));
    }

    private protected override string Schedule(int labels, int examples) =>
        $"{Epochs} epochs of all examples, batches of {BatchOf(labels)} with and {UnlabeledBatchOf(examples)} without labels";

    internal override int StepCount(LabeledRun run) => run.Train.Count / UnlabeledBatchOf(run.Train.Count) * Epochs;

    internal override IEnumerable<LabeledStep> Steps(LabeledRun run)
    {
        RandomStream stream = RandomStream.Of(run.Seed, "semi-supervised training");
        using IEnumerator<int[]> labeled = Batches([.. run.Rows], BatchOf(run.Rows.Length), stream.Of("labeled").Random()).GetEnumerator();
        int[] all = [.. Enumerable.Range(0, run.Train.Count)];
        foreach (int[] unlabeled in Batches(all, UnlabeledBatchOf(all.Length), stream.Of("unlabeled").Random()).Take(StepCount(run)))
        {
            labeled.MoveNext();
            yield return new LabeledStep(labeled.Current, unlabeled);
        }
    }

    private int UnlabeledBatchOf(int examples) => Math.Min(UnlabeledBatchSize, examples);

    /// <summary>Whole batches without end, in a new order for each pass.</summary>
    private static IEnumerable<int[]> Batches(int[] rows, int size, Random order)
    {
        while (true)
        {
            order.Shuffle(rows);
            for (int start = 0; start + size <= rows.Length; start += size)
            {
                yield return rows[start..(start + size)];
            }
        }
    }
}
