using System.Globalization;

namespace InfoMax.Objectives;

/// <summary>The weights of the terms of Deep InfoMax (paper, equation 8). A term of weight 0 is left out.</summary>
/// <param name="global">α, of the global mutual information; finite, at least 0.</param>
/// <param name="local">β, of the local mutual information averaged over locations; finite, at least 0.</param>
/// <param name="prior">γ, of the prior matching; finite, at least 0.</param>
public sealed class DimWeights(double global, double local, double prior)
{
    /// <summary>γ of the paper's DIM(L): the default weight of prior matching everywhere.</summary>
    internal const double DefaultPrior = 0.1;

    /// <summary>DIM(G): α = 1, β = 0, γ = 1.</summary>
    public static DimWeights PaperGlobal { get; } = new(1.0, 0.0, 1.0);

    /// <summary>DIM(L): α = 0, β = 1, γ = 0.1. The default of the library.</summary>
    public static DimWeights PaperLocal { get; } = new(0.0, 1.0, DefaultPrior);

    /// <summary>DIM(L+G) of the extended comparison: α = 0.5, β = 0.1. The paper does not state γ; 0.1 is the value of DIM(L).</summary>
    public static DimWeights PaperLocalAndGlobal { get; } = new(0.5, 0.1, DefaultPrior);

    /// <summary>The default of the published code, DIM(L) without a prior: α = 0, β = 1, γ = 0.</summary>
    public static DimWeights ReferenceCodeLocal { get; } = new(0.0, 1.0, 0.0);

    /// <summary>α, of the global mutual information.</summary>
    public double Global => global;

    /// <summary>β, of the local mutual information.</summary>
    public double Local => local;

    /// <summary>γ, of the prior matching.</summary>
    public double Prior => prior;

    /// <summary>The weights in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"α = {Global}, β = {Local}, γ = {Prior}");

    /// <summary>Every fault of these weights.</summary>
    internal IEnumerable<string> Faults()
    {
        foreach ((string name, double weight) in new[] { (nameof(Global), Global), (nameof(Local), Local), (nameof(Prior), Prior) })
        {
            if (!double.IsFinite(weight) || weight < 0)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"the weight {name} must be finite and at least 0, is {weight}");
            }
        }

        if (Global == 0 && Local == 0)
        {
            yield return "one of the weights Global and Local must be above 0, or there is no mutual information to maximize";
        }
    }
}
