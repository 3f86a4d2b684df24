
namespace InfoMax.Scores;

/// <summary>The precision in which scores and gradients are multiplied out.</summary>
public enum ProductPrecision
{
    /// <summary>That of the factors.</summary>
    Full,

    /// <summary>
    /// Factors, scores and weights are rounded to bfloat16 (8 bits of mantissa) for the products; exponentials, sums and the gradients' accumulation over tiles stay
    /// in float32. Gradients then deviate by about 1 % of their largest entry. It pays on processors with instructions for it
    /// (<see cref="BFloat16Support"/>), and is slower than float32 on others.
    /// </summary>
    BFloat16,
}
