using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>The value of a <see cref="DimLoss"/> on one batch.</summary>
/// <remarks>Disposing it disposes its tensors; inside a dispose scope that is not necessary.</remarks>
public sealed class DimLossResult : IDisposable
{
    internal DimLossResult(Tensor total, IReadOnlyDictionary<string, Tensor> metrics)
    {
        Total = total;
        Metrics = metrics;
    }

    /// <summary>
    /// The scalar to call <c>backward()</c> on, in nats: the weighted losses of the objectives, plus the unweighted losses of their
    /// adversaries, which send no gradient to the encoder.
    /// </summary>
    public Tensor Total { get; }

    /// <summary>Detached scalars by name: "local.loss", "local.nats", "prior.loss", "prior.accuracy" and so on, before weights.</summary>
    public IReadOnlyDictionary<string, Tensor> Metrics { get; }

    /// <summary>Reads all metrics, and the total as "total". Off the CPU this waits for the device: do it in steps that report.</summary>
    /// <returns>The numbers by name.</returns>
    public IReadOnlyDictionary<string, double> ReadMetrics()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        string[] names = [.. Metrics.Keys, "total"];
        Tensor all = stack(Metrics.Values.Append(Total.detach()).Select(m => m.to(ScalarType.Float64))).cpu();
        return names.Zip(all.data<double>().ToArray()).ToDictionary(p => p.First, p => p.Second);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Total.Dispose();
        foreach (Tensor metric in Metrics.Values)
        {
            metric.Dispose();
        }
    }
}
