using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// The denoising function of a ladder's level, g(z, u) = (z − μ(u)) v(u) + μ(u) with μ(u) = a₁ sigmoid(a₂u + a₃) + a₄u + a₅ and v(u) = a₆
/// sigmoid(a₇u + a₈) + a₉u + a₁₀: optimal for Gaussian units whose mean and variance the level above predicts. All parameters start at 0
/// but a₂ and a₇, which start at 1.
/// </summary>
internal sealed class GaussianCombinator : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "weights")]
    private readonly Parameter _weights;

    /// <summary>Creates the function.</summary>
    /// <param name="shape">Which units have parameters of their own: <c>[F]</c>, or <c>[C, 1, …]</c> for one set for each channel.</param>
    public GaussianCombinator(params long[] shape)
        : base(nameof(GaussianCombinator))
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor start = zeros([10, .. shape]);
        start[1] = ones(shape);
        start[6] = ones(shape);
        _weights = (Parameter)new Parameter(start).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Denoises.</summary>
    /// <param name="lateral">The noisy units <c>[N, …]</c>.</param>
    /// <param name="above">What the level above says of them, of the same shape.</param>
    public override Tensor forward(Tensor lateral, Tensor above)
    {
        using var scope = NewDisposeScope();
        Tensor[] a = _weights.unbind(0);
        Tensor mean = (a[0] * sigmoid((a[1] * above) + a[2])) + (a[3] * above) + a[4];
        Tensor scale = (a[5] * sigmoid((a[6] * above) + a[7])) + (a[8] * above) + a[9];
        return scope.MoveToOuter(((lateral - mean) * scale) + mean);
    }
}
