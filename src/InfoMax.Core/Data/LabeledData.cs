using System.Globalization;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Examples with one class label each, for probes.</summary>
/// <remarks>Holds the source by reference; if it was created here from a tensor, <see cref="Dispose"/> disposes it.</remarks>
public sealed class LabeledData : IDisposable
{
    private const int FewClasses = 1000, Sparse = 10;

    private readonly IDisposable? _owned;
    private readonly int[] _labels;

    /// <summary>Pairs a source with labels. The source stays the caller's.</summary>
    /// <param name="inputs">The examples.</param>
    /// <param name="labels">One class per example, numbered from 0.</param>
    /// <param name="classNames">Names of the classes in the order of their labels; null (the default) for their numbers.</param>
    /// <exception cref="ArgumentException">
    /// Counts differ, there is no example, a label has no class, or labels look like ids: without class names, above 1,000 and mostly
    /// unused.
    /// </exception>
    public LabeledData(IBatchSource inputs, IReadOnlyList<int> labels, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        if (inputs.Count == 0 || inputs.Count != labels.Count)
        {
            throw new ArgumentException(
                $"Expected one label for each of at least one example, got {inputs.Count} examples and {labels.Count} labels.",
                nameof(labels));
        }

        _labels = [.. labels];
        long classes = classNames?.Count ?? _labels.Max() + 1L;
        foreach (int label in _labels)
        {
            if (label < 0 || label >= classes)
            {
                throw new ArgumentException($"Expected labels in [0, {classes}), got {label}.", nameof(labels));
            }
        }

        // Probes and confusion matrices need memory for every class there could be, not only for those there are.
        if (classNames is null && classes > FewClasses && classes / Sparse > _labels.Distinct().Count())
        {
            throw new ArgumentException(
                $"Expected labels numbered from 0 without gaps, got {_labels.Distinct().Count()} different labels up to {classes - 1}. " +
                "If they are ids, number the classes from 0, in the same way for all data; if there are so many classes, give classNames.",
                nameof(labels));
        }

        Inputs = inputs;
        ClassNames = classNames is null
            ? [.. Enumerable.Range(0, (int)classes).Select(c => c.ToString(CultureInfo.InvariantCulture))]
            : [.. classNames];
    }

    /// <summary>Pairs the rows of a tensor with labels, through an <see cref="InMemorySource"/> that this object owns.</summary>
    /// <param name="inputs">Examples <c>[count, *shape]</c>, as <see cref="InMemorySource"/> takes them.</param>
    /// <param name="labels">One class per example, numbered from 0.</param>
    /// <param name="classNames">Names of the classes in the order of their labels; null (the default) for their numbers.</param>
    /// <exception cref="ArgumentException">As above, or as <see cref="InMemorySource"/> throws.</exception>
    public LabeledData(Tensor inputs, IReadOnlyList<int> labels, IReadOnlyList<string>? classNames = null)
        : this(new InMemorySource(inputs), labels, classNames) => _owned = (IDisposable)Inputs;

    /// <summary>The examples.</summary>
    public IBatchSource Inputs { get; }

    /// <summary>The class of each example, in <c>[0, ClassCount)</c>.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Names of the classes in the order of their labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Number of classes.</summary>
    public int ClassCount => ClassNames.Count;

    /// <summary>Number of examples.</summary>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();
}
