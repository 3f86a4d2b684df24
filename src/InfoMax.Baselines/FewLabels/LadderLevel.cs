using InfoMax.Encoders;
using InfoMax.Encoders.Layers;
using InfoMax.Randomness;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// One level of a ladder above the input: the way up to it, its batch normalization and activation, and the way down from it to what the
/// level below is compared with.
/// </summary>
internal sealed class LadderLevel : nn.Module
{
    private const double Momentum = 0.1;

    private readonly LadderStep _step;

    [ComponentName(Name = "up")]
    private readonly nn.Module<Tensor, Tensor>? _up;

    [ComponentName(Name = "down")]
    private readonly nn.Module<Tensor, Tensor>? _down;

    [ComponentName(Name = "shift")]
    private readonly Parameter? _shift;

    [ComponentName(Name = "scale")]
    private readonly Parameter? _scale;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor _runningMean;

    [ComponentName(Name = "running_variance")]
    private readonly Tensor _runningVariance;

    /// <summary>Builds a level.</summary>
    /// <param name="step">What it is.</param>
    /// <param name="isTop">Whether it holds the classes: it has a shift and a scale then.</param>
    /// <param name="decodes">Whether the level below is reconstructed, for which the way down is needed.</param>
    /// <param name="weights">Initial weights where the step has none of its own.</param>
    /// <param name="generator">Where they come from.</param>
    public LadderLevel(LadderStep step, bool isTop, bool decodes, WeightInitialization weights, Generator generator)
        : base(nameof(LadderLevel))
    {
        _step = step;
        _up = Up(step);
        _down = decodes ? Down(step) : null;
        long[] each = [step.Shape[0], .. Enumerable.Repeat(1L, step.Shape.Count - 1)];
        // ReLU makes a scale redundant, a linear level both, since the next level is normalized again.
        using (NewDisposeScope())
        {
            _shift = step.Rectified || isTop ? Own(zeros(each)) : null;
            _scale = isTop ? Own(ones(each)) : null;
            _runningMean = zeros([1, .. each]).DetachFromDisposeScope();
            _runningVariance = ones([1, .. each]).DetachFromDisposeScope();
        }

        RegisterComponents();
        using var noGrad = no_grad();
        foreach (nn.Module<Tensor, Tensor> module in new[] { _up, _down }.OfType<nn.Module<Tensor, Tensor>>())
        {
            foreach ((Tensor weight, Tensor? bias) in Initialization.Weights(module))
            {
                (step.Weights ?? weights).Fill(weight, bias, generator);
            }
        }
    }

    /// <summary>From the activations below <c>[N, *Below]</c> to <c>[N, *Shape]</c>, before normalization.</summary>
    public Tensor Rise(Tensor below)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_step.Kind switch
        {
            LadderKind.GlobalAveragePool => below.flatten(2).mean([2]),
            LadderKind.Linear => _up!.call(_step.Flattens ? below.flatten(1) : below),
            _ => _up!.call(below),
        });
    }

    /// <summary>
    /// From the reconstruction of this level <c>[N, *Shape]</c> to the prediction of the level below, <c>[N, *Below]</c> or, if that was
    /// flattened, <c>[N, F]</c>.
    /// </summary>
    public Tensor Descend(Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        long[] spatial = [.. _step.Below.Skip(1)];
        return scope.MoveToOuter(_step.Kind switch
        {
            LadderKind.GlobalAveragePool =>
                reconstruction.view([reconstruction.shape[0], _step.Below[0], .. spatial.Select(_ => 1L)]).expand([-1, -1, .. spatial]),
            LadderKind.MaxPool or LadderKind.AveragePool =>
                nn.functional.interpolate(reconstruction, spatial, mode: InterpolationMode.Nearest),
            // The size is given, since what a step leaves over at the border is not told by the sizes above.
            LadderKind.Convolution => ((ConvolutionTranspose)_down!).forward(reconstruction, spatial),
            _ => _down!.call(reconstruction),
        });
    }

    /// <summary>The activations of normalized values <c>[N, *Shape]</c>; at the top, logits.</summary>
    public Tensor Activate(Tensor normalized)
    {
        using var scope = NewDisposeScope();
        Tensor shifted = _shift is null ? normalized.alias() : normalized + _shift;
        Tensor scaled = _scale is null ? shifted : shifted * _scale;
        return scope.MoveToOuter(_step.Rectified ? nn.functional.relu(scaled) : scaled);
    }

    /// <summary>Lets the running statistics follow values before normalization.</summary>
    public void Follow(Tensor values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        BatchMoments moments = BatchMoments.Of(values);
        double count = values.numel() / (double)values.shape[1];
        Tensor variance = moments.Deviation.square().sub(BatchMoments.VarianceFloor).mul(count / (count - 1));
        _runningMean.mul_(1 - Momentum).add_(moments.Mean.mul(Momentum));
        _runningVariance.mul_(1 - Momentum).add_(variance.mul(Momentum));
    }

    /// <summary>Normalizes by the running statistics.</summary>
    public Tensor NormalizeByRunning(Tensor values)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(new BatchMoments(_runningMean, _runningVariance.add(BatchMoments.VarianceFloor).sqrt()).Normalize(values));
    }

    private static nn.Module<Tensor, Tensor>? Up(LadderStep step)
    {
        int dimensions = step.Below.Count - 1;
        return step.Kind switch
        {
            LadderKind.Convolution => Blocks.Convolution(dimensions, step.Below[0], step.Shape[0], step.Window, bias: false),
            LadderKind.Linear => nn.Linear(Size(step.Below), step.Shape[0], hasBias: false),
            LadderKind.MaxPool or LadderKind.AveragePool => Blocks.Pool(dimensions, step.Window, step.Kind == LadderKind.MaxPool),
            _ => null,
        };
    }

    private static nn.Module<Tensor, Tensor>? Down(LadderStep step) => step.Kind switch
    {
        LadderKind.Convolution => Transposed(step),
        LadderKind.Linear => nn.Linear(step.Shape[0], Size(step.Below), hasBias: false),
        _ => null,
    };

    private static nn.Module<Tensor, Tensor> Transposed(LadderStep step)
    {
        (int kernel, int stride, int padding) = (step.Window.Kernel, step.Window.Stride, step.Window.Padding);
        (long input, long output) = (step.Shape[0], step.Below[0]);
        return step.Below.Count switch
        {
            2 => nn.ConvTranspose1d(input, output, kernel, stride, padding, bias: false),
            3 => nn.ConvTranspose2d(input, output, kernel, stride, padding, bias: false),
            _ => nn.ConvTranspose3d(input, output, kernel, stride, padding, bias: false),
        };
    }

    private static long Size(IReadOnlyList<long> shape) => shape.Aggregate((product, size) => product * size);

    private static Parameter Own(Tensor values) => (Parameter)new Parameter(values).DetachFromDisposeScope();
}
