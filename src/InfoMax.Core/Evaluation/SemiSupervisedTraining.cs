using InfoMax.Numerics;

namespace InfoMax.Evaluation;

/// <summary>
/// What <see cref="VirtualAdversarialTraining"/> and <see cref="LadderNetwork"/> share: untrained networks that learn from few labelled examples and from all training examples without their labels. What fine-tuning a
/// representation is to be compared with.
/// </summary>
/// <remarks>
/// <para>
/// Each step takes a batch of the labelled examples and a batch of all training examples, whose labels are not looked at; the labelled ones are among them. An epoch is one pass over all training examples, so steps do not depend on the
/// number of labels. The labelled examples are gone through again and again, shuffled anew each time.
/// </para>
/// <para>The accuracy is that of the last epoch: nothing is chosen on the test examples. Each repeat draws its own labelled examples, order, weights and noise.</para>
/// </remarks>
public abstract record SemiSupervisedTraining : SupervisedTraining
{
    private readonly int _unlabelledBatchSize = 128;

    private protected SemiSupervisedTraining()
    {
    }

    /// <summary>Examples per step whose labels are not used; the last partial batch is dropped. Where there are fewer training examples than this, each step takes all of them, and the result says how many.</summary>
    /// <value>At least 2; default 128.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int UnlabelledBatchSize
    {
        get => _unlabelledBatchSize;
        init => _unlabelledBatchSize = OptionGuard.AtLeast(2, value, nameof(UnlabelledBatchSize));
    }

    private protected override string Schedule(int labels, int examples) => $"{Epochs} epochs of all examples, batches of {BatchOf(labels)} with and {UnlabelledBatchOf(examples)} without labels";

    internal override int StepCount(LabelledRun run) => run.Train.Count / UnlabelledBatchOf(run.Train.Count) * Epochs;

    internal override IEnumerable<TrainingStep> Steps(LabelledRun run)
    {
        using IEnumerator<int[]> labelled = Batches([.. run.Rows], BatchOf(run.Rows.Length), new Random(Initialization.Derive(run.Seed, purpose: 1))).GetEnumerator();
        int[] all = [.. Enumerable.Range(0, run.Train.Count)];
        foreach (int[] unlabelled in Batches(all, UnlabelledBatchOf(all.Length), new Random(Initialization.Derive(run.Seed, purpose: 500))).Take(StepCount(run)))
        {
            labelled.MoveNext();
            yield return new TrainingStep(labelled.Current, unlabelled);
        }
    }

    private int UnlabelledBatchOf(int examples) => Math.Min(UnlabelledBatchSize, examples);

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
