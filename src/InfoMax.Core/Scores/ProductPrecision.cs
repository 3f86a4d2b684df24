namespace InfoMax.Scores;

/// <summary>The precision of the matrix products that give scores and gradients.</summary>
public enum ProductPrecision
{
    /// <summary>The precision of the factors.</summary>
    Full,

    /// <summary>
    /// Factors, scores and weights are rounded to bfloat16 (8 bits of mantissa) for the products. Exponentials, sums and the accumulation
    /// of gradients over tiles stay in float32. Gradients deviate by about 1 % of their largest entry. Faster on CPUs with AVX512-BF16 or
    /// AMX-BF16 and on GPUs of compute capability 8.0 or later; slower than float32 on others.
    /// </summary>
    BFloat16,
}
