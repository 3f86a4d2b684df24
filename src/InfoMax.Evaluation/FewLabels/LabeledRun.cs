using InfoMax.Data;

namespace InfoMax.Evaluation.FewLabels;

/// <summary>What one repeat of <see cref="SupervisedTraining"/> works on.</summary>
internal sealed record LabeledRun(int Seed, int[] Rows, LabeledData Train, LabeledData Test, int Classes, string Feature);

/// <summary>The predicted class of each test example, and the numbers in the feature that was read.</summary>
internal sealed record EndToEndPrediction(int[] Classes, int FeatureCount);
