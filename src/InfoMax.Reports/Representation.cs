using InfoMax.Evaluation.Features;

namespace InfoMax.Reports;

/// <summary>Features of the training and of the test examples, made by one encoder or method.</summary>
public sealed class Representation
{
    /// <summary>Takes features.</summary>
    /// <param name="name">What to call it, such as "untrained network" or "Deep InfoMax".</param>
    /// <param name="train">
    /// Features of labeled training examples by name, which probes are fitted on: a <see cref="FeatureCollection"/>, or a dictionary of
    /// matrices of your own. They stay the caller's.
    /// </param>
    /// <param name="test">The same features of test examples, which everything else is made of. They stay the caller's.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Representation(string name, IReadOnlyDictionary<string, FeatureSet> train, IReadOnlyDictionary<string, FeatureSet> test)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        (Name, Train, Test) = (name, train, test);
    }

    /// <summary>What to call it.</summary>
    public string Name { get; }

    /// <summary>Features of labeled training examples by name.</summary>
    public IReadOnlyDictionary<string, FeatureSet> Train { get; }

    /// <summary>Features of test examples by name.</summary>
    public IReadOnlyDictionary<string, FeatureSet> Test { get; }

    /// <summary>Name and features.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}: {string.Join(", ", Test.Keys)}";
}
