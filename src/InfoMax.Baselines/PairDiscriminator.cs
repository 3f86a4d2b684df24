using InfoMax.Critics;
using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// A logit for a pair of an input and a code: a network on the input, its 256 outputs concatenated with the code, hidden layers of 512 and
/// 128 units with ReLU.
/// </summary>
internal sealed class PairDiscriminator : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Features = 256;

    [ComponentName(Name = "input")]
    private readonly nn.Module<Tensor, Tensor> _input;

    [ComponentName(Name = "first")]
    private readonly Linear _first;

    [ComponentName(Name = "second")]
    private readonly Linear _second;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    public PairDiscriminator(IReadOnlyList<long> inputShape, long units, RandomStream? stream)
        : base(NativeBackend.Checked(nameof(PairDiscriminator)))
    {
        _input = InputNetwork.Create(inputShape, Features, stream?.Of("input"));
        _first = nn.Linear(Features + units, 512);
        _second = nn.Linear(512, 128);
        _output = nn.Linear(128, 1);
        RegisterComponents();
        // Not the network on the input, which has its own stream.
        Initialization.Reset(_first, stream?.Of("first"));
        Initialization.Reset(_second, stream?.Of("second"));
        Initialization.Reset(_output, stream?.Of("output"));
    }

    /// <summary>Logits <c>[N]</c>, positive for pairs of the data.</summary>
    public Tensor Score(Tensor input, Tensor code) => call(input, code);

    /// <summary>The mean over pairs of the squared norm of the logit's gradient with respect to both parts.</summary>
    public Tensor GradientPenalty(Tensor input, Tensor code)
    {
        using var scope = NewDisposeScope();
        Tensor x = input.detach().requires_grad_(true), z = code.detach().requires_grad_(true);
        IList<Tensor> gradients = autograd.grad([call(x, z).sum()], [x, z], retain_graph: true, create_graph: true);
        return scope.MoveToOuter(gradients[0].flatten(1).square().sum(1).mean() + gradients[1].square().sum(1).mean());
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor code)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = nn.functional.relu(_first.call(cat([_input.call(input), code], 1)));
        return scope.MoveToOuter(_output.call(nn.functional.relu(_second.call(hidden))).squeeze(1));
    }
}
