namespace InfoMax.Evaluation.FewLabels;

/// <summary>What one step of <see cref="SupervisedTraining"/> looks at: rows of the training examples.</summary>
/// <param name="Labeled">Rows whose labels may be used.</param>
/// <param name="Unlabeled">Rows whose labels may not; none in training with labels alone.</param>
internal readonly record struct LabeledStep(int[] Labeled, int[] Unlabeled);
