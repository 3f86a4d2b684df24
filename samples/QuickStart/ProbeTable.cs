using InfoMax.Evaluation.Probes;

namespace InfoMax.QuickStart;

/// <summary>The probes' results: a row per representation, a column per number of labels.</summary>
internal sealed class ProbeTable(IReadOnlyList<int> labels)
{
    private readonly List<(string Group, string Feature, ProbeResult?[] Results)> _rows = [];

    public IReadOnlyList<int> Labels { get; } = labels;

    public IReadOnlyList<(string Group, string Feature, ProbeResult?[] Results)> Rows => _rows;

    public void Add(string group, string feature, IEnumerable<ProbeResult?> results) => _rows.Add((group, feature, [.. results]));

    /// <summary>The best mean of a column.</summary>
    public double Best(int column) => _rows.Select(r => r.Results[column]?.Mean ?? 0).DefaultIfEmpty().Max();

    /// <summary>The mean accuracy of a row with few labels, in percent.</summary>
    public double? FewLabels(string group, string feature) =>
        _rows.FirstOrDefault(r => r.Group == group && r.Feature == feature).Results?[0]?.Mean * 100;
}
