using static TorchSharp.torch;

namespace InfoMax.Priors;

/// <summary>
/// A distribution that codes should follow, and the squashing that maps raw codes into its range. Extension point: one new class, or
/// <see cref="Custom"/>.
/// </summary>
/// <remarks>Priors are stateless and immutable; randomness comes from the caller's generator.</remarks>
public abstract class Prior
{
    /// <summary>Independent uniform units on [0, 1]; codes are squashed by a sigmoid. The prior of the paper.</summary>
    public static Prior Uniform { get; } = new UniformPrior();

    /// <summary>Independent standard normal units; codes are not squashed.</summary>
    public static Prior Gaussian { get; } = new GaussianPrior();

    /// <summary>Uniform in the unit ball; a code of length r is scaled to length r/√(1 + r²).</summary>
    public static Prior Ball { get; } = new BallPrior();

    /// <summary>Uniform on the unit sphere; codes are divided by their length.</summary>
    public static Prior Sphere { get; } = new SpherePrior();

    /// <summary>Makes a prior from functions.</summary>
    /// <param name="name">Short name for reports, in lower case.</param>
    /// <param name="sample">
    /// Draws samples, given their count, their units and a generator: a new floating-point tensor <c>[count, units]</c> on the CPU. Runs
    /// inside a dispose scope.
    /// </param>
    /// <param name="squash">
    /// Maps raw codes <c>[N, D]</c> into the range of the prior, differentiably; null leaves them unchanged. Runs inside a dispose scope.
    /// </param>
    /// <returns>
    /// The prior. Its <see cref="Sample"/> throws <see cref="InvalidOperationException"/> if the function returns another shape or dtype.
    /// </returns>
    public static Prior Custom(string name, Func<long, long, Generator, Tensor> sample, Func<Tensor, Tensor>? squash = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(sample);
        return new DelegatePrior(name, sample, squash);
    }

    /// <summary>Short name for reports, in lower case.</summary>
    public abstract string Name { get; }

    /// <summary>Draws samples.</summary>
    /// <param name="count">Number of samples, 1 or more.</param>
    /// <param name="units">Units of a sample, 1 or more.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>A new float32 tensor <c>[count, units]</c> on the CPU that belongs to the caller or its dispose scope.</returns>
    public abstract Tensor Sample(long count, long units, Generator generator);

    /// <summary>Maps raw codes into the range of the prior; the default leaves them unchanged.</summary>
    /// <param name="codes">Raw codes <c>[N, D]</c>.</param>
    /// <returns>A new differentiable tensor <c>[N, D]</c>; never <paramref name="codes"/> itself.</returns>
    public virtual Tensor Squash(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        return codes.alias();
    }

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
