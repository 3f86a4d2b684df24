using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>
/// Puts a streamed function into the autograd graph: the forward pass computes value and gradients, the backward pass scales them.
/// </summary>
internal sealed class StreamedScore : autograd.SingleTensorFunction<StreamedScore>
{
    public override string Name => nameof(StreamedScore);

    /// <summary>The value of a kernel on factored scores, differentiable where a factor requires a gradient.</summary>
    public static Tensor Evaluate(Tensor globalRows, Tensor localRows, long batchSize, ScoreKernel kernel)
    {
        var wanted = is_grad_enabled()
            ? new WantedGradients(globalRows.requires_grad, localRows.requires_grad)
            : default;
        if (wanted.Any)
        {
            return apply(globalRows, localRows, new Call(kernel, batchSize, wanted));
        }

        using var noGrad = no_grad();
        return kernel.Stream(new Factors(globalRows, localRows, batchSize), wanted).Value;
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (globalRows, localRows, call) = ((Tensor)vars[0], (Tensor)vars[1], (Call)vars[2]);
        using var scope = NewDisposeScope();
        using Tensor globals = globalRows.detach();
        using Tensor locals = localRows.detach();
        StreamedResult result = call.Kernel.Stream(new Factors(globals, locals, call.BatchSize), call.Wanted);
        List<Tensor> saved = [globalRows, localRows];
        foreach (Tensor? gradient in new[] { result.GlobalGradient, result.LocalGradient })
        {
            if (gradient is not null)
            {
                saved.Add(scope.MoveToOuter(gradient));
            }
        }

        ctx.save_data(nameof(Call), call);
        ctx.save_for_backward(saved);
        return scope.MoveToOuter(result.Value);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var call = (Call)ctx.get_data(nameof(Call));
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor? byGlobals, Tensor? byLocals) = is_grad_enabled()
            ? DifferentiableGradients(call, saved)
            : (call.Wanted.Globals ? saved[2] : null, call.Wanted.Locals ? saved[^1] : null);
        return
        [
            Scaled(byGlobals, grad_output, scope)!,
            Scaled(byLocals, grad_output, scope)!,
            null!,
        ];
    }

    private static Tensor? Scaled(Tensor? gradient, Tensor scale, DisposeScope scope) =>
        gradient is null ? null : scope.MoveToOuter(gradient.mul(scale));

    /// <summary>
    /// The caller asked for a graph of the gradient (<c>create_graph</c>): differentiate the dense form, whose operations can be
    /// differentiated again.
    /// </summary>
    private static (Tensor? ByGlobals, Tensor? ByLocals) DifferentiableGradients(Call call, List<Tensor> saved)
    {
        WantedGradients wanted = call.Wanted;
        Tensor value = call.Kernel.Dense(new DenseScores(DenseScores.FromRows(saved[0], saved[1], call.BatchSize)));
        List<Tensor> inputs = [];
        if (wanted.Globals)
        {
            inputs.Add(saved[0]);
        }

        if (wanted.Locals)
        {
            inputs.Add(saved[1]);
        }

        IList<Tensor> gradients = autograd.grad([value], inputs, retain_graph: true, create_graph: true);
        return (wanted.Globals ? gradients[0] : null, wanted.Locals ? gradients[^1] : null);
    }

    private sealed record Call(ScoreKernel Kernel, long BatchSize, WantedGradients Wanted);
}
