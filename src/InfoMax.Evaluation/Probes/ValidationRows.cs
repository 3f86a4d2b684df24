using InfoMax.Evaluation.Solvers;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>Held-back rows of a design, on which fits are compared. Owns its tensors.</summary>
internal sealed class ValidationRows : IDisposable
{
    private readonly Tensor _rows;
    private readonly Tensor _labels;

    public ValidationRows(LinearDesign design, int[] rows, int[] labels)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _rows = design.Values.index_select(0, tensor(rows, ScalarType.Int64)).DetachFromDisposeScope();
        _labels = tensor(labels, ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>Accuracy and mean loss of a fit.</summary>
    public (double Accuracy, double Loss) Score(LinearFit fit, ILinearSolver solver)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor weights = fit.Parameters.narrow(0, 0, fit.Parameters.shape[0] - 1).to(_rows.dtype);
        Tensor scores = _rows.matmul(weights).to(ScalarType.Float64) + fit.Parameters[^1];
        return (scores.argmax(1).eq(_labels).sum().item<long>() / (double)_labels.shape[0], solver.Loss(scores, _labels));
    }

    public void Dispose()
    {
        _rows.Dispose();
        _labels.Dispose();
    }
}
