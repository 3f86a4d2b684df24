using InfoMax.Data;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Features;

/// <summary>A matrix of features, one row per example, with the class of each row if it is known: what every probe works on.</summary>
/// <remarks>
/// Made by a <see cref="FeatureExtractor"/> from an encoder, by <see cref="FromInputs(LabeledData, string)"/> from raw inputs, or by
/// <see cref="FromMatrix(Tensor, IReadOnlyList{int}?, int?, string)"/> from any matrix. Owns its tensor: dispose it.
/// </remarks>
public sealed class FeatureSet : IDisposable
{
    private const int InputBlock = 512;

    private readonly int[]? _labels;

    private FeatureSet(Tensor values, int[]? labels, int classCount, string name)
    {
        Values = values;
        _labels = labels;
        ClassCount = classCount;
        Name = name;
    }

    /// <summary>
    /// The features <c>[N, F]</c>: on the CPU, float32 (or float64 if the user's matrix was), without gradient. Owned by this
    /// object.
    /// </summary>
    public Tensor Values { get; }

    /// <summary>The class of each row in <c>[0, ClassCount)</c>; null if there are no labels.</summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>Number of classes; 0 if there are no labels.</summary>
    public int ClassCount { get; }

    /// <summary>Name of the feature, such as "global", "conv" or "raw".</summary>
    public string Name { get; }

    /// <summary>Number of rows, N.</summary>
    public int Count => (int)Values.shape[0];

    /// <summary>Features per row, F.</summary>
    public int FeatureCount => (int)Values.shape[1];

    /// <summary>Takes a matrix of the user's as features. The values are copied.</summary>
    /// <param name="values">
    /// Features <c>[N, F]</c>, or <c>[N, …]</c> to be flattened: floating point, any device. float64 stays float64, all else
    /// becomes float32.
    /// </param>
    /// <param name="labels">The class of each row, 0 or more; null for none.</param>
    /// <param name="classCount">Number of classes; by default the greatest label + 1.</param>
    /// <param name="name">Name of the feature, for results. Default "features".</param>
    /// <returns>A new feature set; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">
    /// The tensor is empty, of fewer than two dimensions or not floating point, holds values that are not finite, or the labels do
    /// not fit it.
    /// </exception>
    public static FeatureSet FromMatrix(Tensor values, IReadOnlyList<int>? labels = null, int? classCount = null, string name = "features")
    {
        NativeBackend.EnsureLoadable();
        TensorGuard.NotDisposed(values);
        TensorGuard.FloatingPoint(values);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (values.dim() < 2 || values.numel() == 0)
        {
            throw new ArgumentException(
                $"Expected features [N, F] with at least one row and one column, got {TensorGuard.Describe(values)}.", nameof(values));
        }

        int[]? checkedLabels = CheckLabels(labels, checked((int)values.shape[0]), classCount, out int classes);
        TensorGuard.Finite(values);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        ScalarType kind = values.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        Tensor copy = values.detach().reshape(values.shape[0], -1).to(kind, CPU, copy: true).contiguous();
        return new FeatureSet(copy.DetachFromDisposeScope(), checkedLabels, classes, name);
    }

    /// <summary>Raw inputs, flattened, as features: the baseline below which no representation should fall.</summary>
    /// <param name="data">The examples with their labels.</param>
    /// <param name="name">Name of the feature, for results. Default "raw".</param>
    /// <returns>A new feature set, as many columns as an example has numbers; the caller disposes it.</returns>
    public static FeatureSet FromInputs(LabeledData data, string name = "raw")
    {
        ArgumentNullException.ThrowIfNull(data);
        using FeatureSet raw = FromInputs(data.Inputs, name);
        return raw.WithLabels(data);
    }

    /// <summary>Raw inputs without labels, flattened, as features.</summary>
    /// <param name="inputs">The examples, at least one.</param>
    /// <param name="name">Name of the feature, for results. Default "raw".</param>
    /// <returns>A new feature set; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no example, or a value is not finite.</exception>
    public static FeatureSet FromInputs(IBatchSource inputs, string name = "raw")
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (inputs.Count == 0)
        {
            throw new ArgumentException("Expected at least one example, got 0.", nameof(inputs));
        }

        NativeBackend.EnsureLoadable();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor values =
            empty(inputs.Count, inputs.ExampleShape.Aggregate(1L, (product, size) => product * size), dtype: ScalarType.Float32);
        for (int start = 0; start < inputs.Count; start += InputBlock)
        {
            using var block = NewDisposeScope();
            int[] rows = [.. Enumerable.Range(start, Math.Min(InputBlock, inputs.Count - start))];
            values.narrow(0, start, rows.Length).copy_(BatchGuard.Fetch(inputs, rows).reshape(rows.Length, -1));
        }

        TensorGuard.Finite(values, nameof(inputs));
        return new FeatureSet(values.DetachFromDisposeScope(), null, 0, name);
    }

    /// <summary>Name and counts in one line.</summary>
    public override string ToString()
    {
        string classes = _labels is null ? "no labels" : $"{ClassCount} classes";
        return Values.IsInvalid ? $"{Name}: disposed" : $"{Name}: {Count} rows of {FeatureCount} features, {classes}";
    }

    /// <summary>Releases the features.</summary>
    public void Dispose() => Values.Dispose();

    /// <summary>Wraps a matrix <c>[N, F]</c> that is already as <see cref="Values"/> promises; takes ownership of it.</summary>
    internal static FeatureSet Own(Tensor values, LabeledData? labels, string name)
    {
        values.DetachFromDisposeScope();
        return new FeatureSet(values, labels is null ? null : [.. labels.Labels], labels?.ClassCount ?? 0, name);
    }

    /// <summary>The same rows, labels and classes with other features, of which it takes ownership.</summary>
    internal FeatureSet WithValues(Tensor values, string name)
    {
        values.DetachFromDisposeScope();
        return new FeatureSet(values, _labels, ClassCount, name);
    }

    /// <summary>Some of the rows, copied.</summary>
    internal FeatureSet Rows(int[] rows)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = Values.index_select(0, tensor(rows, ScalarType.Int64));
        return new FeatureSet(
            values.DetachFromDisposeScope(), _labels is null ? null : [.. rows.Select(row => _labels[row])], ClassCount, Name);
    }

    /// <summary>Throws if the set has been disposed.</summary>
    internal void CheckUsable() => ObjectDisposedException.ThrowIf(Values.IsInvalid, this);

    private FeatureSet WithLabels(LabeledData data) => Own(Values.alias(), data, Name);

    private static int[]? CheckLabels(IReadOnlyList<int>? labels, int rows, int? classCount, out int classes)
    {
        classes = 0;
        if (labels is null)
        {
            return null;
        }

        if (labels.Count != rows)
        {
            throw new ArgumentException($"Expected one label for each of {rows} rows, got {labels.Count} labels.", nameof(labels));
        }

        int[] copy = [.. labels];
        classes = classCount ?? copy.Max() + 1;
        foreach (int label in copy)
        {
            if (label < 0 || label >= classes)
            {
                throw new ArgumentException($"Expected labels in [0, {classes}), got {label}.", nameof(labels));
            }
        }

        return copy;
    }
}
