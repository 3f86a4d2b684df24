using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>
/// The network of <see cref="NonlinearProbe"/>, with every random number from one generator (TorchSharp's layers use the global
/// one).
/// </summary>
internal sealed class NonlinearClassifier : IDisposable
{
    private const int PredictBlock = 4096;

    private readonly double _dropout;
    private readonly Device _device;
    private readonly Generator _generator;
    private readonly Parameter _weight1;
    private readonly Parameter _bias1;
    private readonly Parameter _scale;
    private readonly Parameter _shift;
    private readonly Parameter _weight2;
    private readonly Parameter _bias2;
    private readonly Tensor _runningMean;
    private readonly Tensor _runningVariance;

    public NonlinearClassifier(int features, int hidden, int classes, double dropout, Generator generator, Device device)
    {
        (_dropout, _generator, _device) = (dropout, generator, device);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // The usual initialization of linear layers: uniform within 1/√fan-in.
        _weight1 = Uniform(features, features, hidden);
        _bias1 = Uniform(features, hidden);
        _scale = Own(ones(hidden));
        _shift = Own(zeros(hidden));
        _weight2 = Uniform(hidden, hidden, classes);
        _bias2 = Uniform(hidden, classes);
        _runningMean = zeros(hidden, device: device).DetachFromDisposeScope();
        _runningVariance = ones(hidden, device: device).DetachFromDisposeScope();
    }

    public Parameter[] Parameters => [_weight1, _bias1, _scale, _shift, _weight2, _bias2];

    /// <summary>Logits <c>[N, classes]</c> of a training batch, with dropout and batch statistics.</summary>
    public Tensor Train(Tensor rows)
    {
        Tensor hidden = rows.matmul(_weight1).add_(_bias1);
        if (_dropout > 0)
        {
            Tensor keep = rand(hidden.shape, generator: _generator).ge(_dropout).to(ScalarType.Float32, _device).div_(1 - _dropout);
            hidden = hidden * keep;
        }

        return Head(hidden, training: true);
    }

    /// <summary>The predicted class of each row, int64 <c>[N]</c>, without dropout and with running statistics.</summary>
    public Tensor Predict(Tensor rows)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var blocks = new List<Tensor>();
        for (long start = 0; start < rows.shape[0]; start += PredictBlock)
        {
            Tensor block = rows.narrow(0, start, Math.Min(PredictBlock, rows.shape[0] - start));
            blocks.Add(Head(block.matmul(_weight1).add_(_bias1), training: false).argmax(1));
        }

        return scope.MoveToOuter(cat(blocks, 0));
    }

    public void Dispose()
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.grad?.Dispose();
            parameter.Dispose();
        }

        _runningMean.Dispose();
        _runningVariance.Dispose();
    }

    private Parameter Own(Tensor values) => (Parameter)new Parameter(values.to(_device)).DetachFromDisposeScope();

    private Parameter Uniform(int fanIn, params long[] shape)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        return Own(rand(shape, generator: _generator).mul_(2 * bound).sub_(bound));
    }

    private Tensor Head(Tensor hidden, bool training)
    {
        Tensor normalized =
            nn.functional.batch_norm(hidden, _runningMean, _runningVariance, _scale, _shift, training, momentum: 0.1, eps: 1e-5);
        return normalized.relu().matmul(_weight2).add_(_bias2);
    }
}
