using InfoMax.Evaluation.Probes;

namespace InfoMax.Reports;

/// <summary>Results of the probes on one feature of one representation.</summary>
internal sealed record Probed(string Representation, string Feature, ProbeResult[] Results)
{
    /// <summary>The best result on any feature of a representation; null if nothing was probed.</summary>
    public static (string Feature, ProbeResult Result)? Best(IEnumerable<Probed> probed, string representation)
    {
        (string Feature, ProbeResult Result)[] all =
        [
            .. probed.Where(row => row.Representation == representation)
                .SelectMany(row => row.Results.Select(result => (row.Feature, result))),
        ];
        return all.Length == 0 ? null : all.MaxBy(pair => pair.Result.Mean);
    }
}
