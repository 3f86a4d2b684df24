
namespace InfoMax.Objectives;

/// <summary>The weights of the terms of Deep InfoMax (paper, equation 8), with those of the paper's experiments by name. A term of weight 0 is left out.</summary>
/// <param name="Global">α, of the global mutual information; finite, at least 0.</param>
/// <param name="Local">β, of the local mutual information averaged over locations; finite, at least 0.</param>
/// <param name="Prior">γ, of the prior matching; finite, at least 0.</param>
public sealed record DimWeights(double Global, double Local, double Prior)
{
    /// <summary>DIM(G): α = 1, β = 0, γ = 1.</summary>
    public static DimWeights PaperGlobal { get; } = new(1.0, 0.0, 1.0);

    /// <summary>DIM(L): α = 0, β = 1, γ = 0.1.</summary>
    public static DimWeights PaperLocal { get; } = new(0.0, 1.0, 0.1);

    /// <summary>DIM(L+G) of the extended comparison: α = 0.5, β = 0.1. The paper does not state γ; 0.1 is the value of DIM(L).</summary>
    public static DimWeights PaperLocalAndGlobal { get; } = new(0.5, 0.1, 0.1);

    /// <summary>The published code's default, DIM(L) without a prior: α = 0, β = 1, γ = 0.</summary>
    public static DimWeights CodeLocal { get; } = new(0.0, 1.0, 0.0);

    /// <summary>Every fault of these weights.</summary>
    internal IEnumerable<string> Faults()
    {
        foreach ((string name, double weight) in new[] { (nameof(Global), Global), (nameof(Local), Local), (nameof(Prior), Prior) })
        {
            if (!double.IsFinite(weight) || weight < 0)
            {
                yield return $"the weight {name} must be finite and at least 0, is {weight}";
            }
        }

        if (Global == 0 && Local == 0)
        {
            yield return "one of the weights Global and Local must be above 0, or there is no mutual information to raise";
        }
    }
}
