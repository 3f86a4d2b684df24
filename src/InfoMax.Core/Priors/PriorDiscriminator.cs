using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Priors;

/// <summary>
/// The discriminator between samples of the prior and codes: two hidden layers with ReLU (1000 and 200 units in the paper) and one logit,
/// positive for the prior.
/// </summary>
public sealed class PriorDiscriminator : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "first")]
    private readonly Linear _first;

    [ComponentName(Name = "second")]
    private readonly Linear _second;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the network.</summary>
    /// <param name="units">Units of a code, 1 or more.</param>
    /// <param name="firstUnits">Units of the first hidden layer, 1 or more.</param>
    /// <param name="secondUnits">Units of the second hidden layer, 1 or more.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public PriorDiscriminator(long units, long firstUnits = 1000, long secondUnits = 200, int? seed = null)
        : base(NativeBackend.Checked(nameof(PriorDiscriminator)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(firstUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(secondUnits, 1);
        Units = units;
        _first = nn.Linear(units, firstUnits);
        _second = nn.Linear(firstUnits, secondUnits);
        _output = nn.Linear(secondUnits, 1);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "prior discriminator"));
    }

    /// <summary>Units of a code.</summary>
    public long Units { get; }

    /// <summary>Judges codes or samples. Use <c>call(codes)</c>, which also runs hooks.</summary>
    /// <param name="codes">Codes in the range of the prior, <c>[N, Units]</c>.</param>
    /// <returns>A logit per row, <c>[N]</c>, that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">Another shape or not floating point.</exception>
    public override Tensor forward(Tensor codes)
    {
        TensorGuard.NotDisposed(codes);
        TensorGuard.FloatingPoint(codes);
        TensorGuard.HasShape(codes, [-1, Units]);
        using var scope = NewDisposeScope();
        Tensor hidden = nn.functional.relu(_first.call(codes));
        return scope.MoveToOuter(_output.call(nn.functional.relu(_second.call(hidden))).squeeze(1));
    }

    /// <summary>
    /// The zero-centered gradient penalty: the mean over rows of the squared norm of the logit's gradient with respect to the input
    /// (Mescheder et al., 2018). Differentiable with respect to the discriminator's parameters.
    /// </summary>
    /// <param name="codes">Codes or samples <c>[N, Units]</c>; no gradient flows to them.</param>
    /// <returns>A scalar that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">Another shape or not floating point.</exception>
    public Tensor GradientPenalty(Tensor codes)
    {
        TensorGuard.NotDisposed(codes);
        using var scope = NewDisposeScope();
        Tensor input = codes.detach().requires_grad_(true);
        Tensor gradient = autograd.grad([call(input).sum()], [input], retain_graph: true, create_graph: true)[0];
        return scope.MoveToOuter(gradient.square().sum(1).mean());
    }
}
