using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace InfoMax.Evaluation.Features;

/// <summary>Several features of the same examples by name, from one pass through an encoder. Disposing it disposes all sets.</summary>
public sealed class FeatureCollection : IReadOnlyDictionary<string, FeatureSet>, IDisposable
{
    private readonly Dictionary<string, FeatureSet> _sets;

    internal FeatureCollection(IEnumerable<FeatureSet> sets) => _sets = sets.ToDictionary(set => set.Name, StringComparer.Ordinal);

    /// <summary>The names of the features, in the order of the request.</summary>
    public IEnumerable<string> Keys => _sets.Keys;

    /// <summary>The feature sets, in the order of the request. They belong to this object.</summary>
    public IEnumerable<FeatureSet> Values => _sets.Values;

    /// <summary>Number of features.</summary>
    public int Count => _sets.Count;

    /// <summary>The features of a name. They belong to this object.</summary>
    /// <param name="key">Name of the feature.</param>
    /// <exception cref="KeyNotFoundException">There is no such feature; the message lists the names.</exception>
    public FeatureSet this[string key] =>
        _sets.TryGetValue(key, out FeatureSet? set)
            ? set
            : throw new KeyNotFoundException($"Expected one of the features {string.Join(", ", _sets.Keys)}, got \"{key}\".");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _sets.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out FeatureSet value) => _sets.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, FeatureSet>> GetEnumerator() => _sets.GetEnumerator();

    /// <summary>The feature sets in one line.</summary>
    public override string ToString() => string.Join("; ", _sets.Values);

    /// <summary>Disposes every feature set.</summary>
    public void Dispose()
    {
        foreach (FeatureSet set in _sets.Values)
        {
            set.Dispose();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
