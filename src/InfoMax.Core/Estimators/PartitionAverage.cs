using InfoMax.Foundation;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>The moving average of E₋[e^u] over batches, as a logarithm: a buffer, NaN before the first batch.</summary>
internal sealed class PartitionAverage : nn.Module
{
    private readonly double _rate;

    [ComponentName(Name = "log_average")]
    private readonly Tensor _logAverage;

    public PartitionAverage(double rate)
        : base(NativeBackend.Checked(nameof(PartitionAverage)))
    {
        _rate = rate;
        _logAverage = tensor(double.NaN, dtype: ScalarType.Float64).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Lets a batch into the average.</summary>
    public void Move(Tensor logMeanExp)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor batch = logMeanExp.detach().to(_logAverage.dtype, _logAverage.device);
        Tensor moved = logaddexp(_logAverage.add(Math.Log(1.0 - _rate)), batch.add(Math.Log(_rate)));
        _logAverage.copy_(where(_logAverage.isnan(), batch, moved));
    }

    /// <summary>E₋[e^u] of a batch over the average; 1 if there is no average yet.</summary>
    public Tensor WeightOf(Tensor logMeanExp)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor average = _logAverage.to(logMeanExp.dtype, logMeanExp.device);
        return scope.MoveToOuter(logMeanExp.detach().sub(where(average.isnan(), logMeanExp.detach(), average)).exp());
    }
}
