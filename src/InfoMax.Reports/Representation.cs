using InfoMax.Evaluation.Features;

namespace InfoMax.Reports;

/// <summary>Features that one encoder made of the training and of the test examples.</summary>
/// <param name="Name">What to call it, such as "untrained network" or "Deep InfoMax".</param>
/// <param name="Train">Features of labeled training examples by name, for probes to be fitted on: a <see cref="FeatureCollection"/>, or a dictionary of matrices of your own. Stay the caller's.</param>
/// <param name="Test">The same features of test examples, for everything that is shown. Stay the caller's.</param>
public sealed record Representation(string Name, IReadOnlyDictionary<string, FeatureSet> Train, IReadOnlyDictionary<string, FeatureSet> Test)
{
    /// <summary>Name and features.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}: {string.Join(", ", Test.Keys)}";
}
