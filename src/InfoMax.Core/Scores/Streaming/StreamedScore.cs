using System.Runtime.InteropServices;
using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>
/// Puts a streamed function into the autograd graph: the forward pass computes value and gradients, the backward pass scales them.
/// </summary>
internal sealed class StreamedScore : autograd.SingleTensorFunction<StreamedScore>
{
    /// <summary>
    /// The last call whose backward pass ran on this thread. The next backward pass disposes the tensors that it returned.
    /// </summary>
    [ThreadStatic]
    private static WeakReference<Call>? _previous;

    public override string Name => nameof(StreamedScore);

    /// <summary>The value of a kernel on factored scores, differentiable where an input requires a gradient.</summary>
    /// <param name="factors">The factors.</param>
    /// <param name="offset">The kernel's offset, or null.</param>
    /// <param name="kernel">The function.</param>
    /// <param name="expectedScale">
    /// The factor by which the loss multiplies the value, if known: the backward pass then needs no scaling. Another factor gives the same
    /// gradients, more slowly.
    /// </param>
    public static Tensor Evaluate(Factors factors, Tensor? offset, ScoreKernel kernel, double expectedScale)
    {
        WantedGradients wanted = is_grad_enabled()
            ? new(factors.GlobalRows.requires_grad, factors.LocalRows.requires_grad, offset?.requires_grad ?? false)
            : default;
        if (wanted.Any || wanted.Offset)
        {
            var call = new Call(kernel, factors.BatchSize, factors.Map, factors.Options, factors.Workspace, wanted, expectedScale);
            return apply(factors.GlobalRows, factors.LocalRows, offset!, call);
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        StreamedResult result = kernel.Stream(factors, offset, wanted, expectedScale);
        CheckFinite(result.PositiveSum, factors.GlobalRows, factors.LocalRows);
        return scope.MoveToOuter(result.Value);
    }

    /// <summary>
    /// On the CPU, refuses factors with NaN or infinities. Each row takes part in a positive, so that a finite sum of the positives' scores
    /// proves finite factors; only otherwise are the factors looked through.
    /// </summary>
    public static void CheckFinite(Tensor positiveSum, Tensor globalRows, Tensor localRows)
    {
        if (positiveSum.device_type != DeviceType.CPU || double.IsFinite(positiveSum.to(ScalarType.Float64).item<double>()))
        {
            return;
        }

        TensorGuard.Finite(globalRows, "globals");
        TensorGuard.Finite(localRows, "locals");
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (globalRows, localRows, offset, call) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2], (Call)vars[3]);
        using var scope = NewDisposeScope();
        var factors = new Factors(globalRows.detach(), localRows.detach(), call.BatchSize, call.Map, call.Options, call.Workspace);
        StreamedResult result = call.Kernel.Stream(factors, offset?.detach(), call.Wanted, call.ExpectedScale);
        CheckFinite(result.PositiveSum, globalRows, localRows);
        List<Tensor> saved = [globalRows, localRows];
        if (offset is not null)
        {
            saved.Add(offset);
        }

        call.GradientStart = saved.Count;
        Tensor? byGlobals = Narrowed(result.GlobalGradient, globalRows), byLocals = Narrowed(result.LocalGradient, localRows);
        foreach (Tensor? gradient in new[] { byGlobals, byLocals, result.OffsetGradient })
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

    /// <remarks>
    /// Passes on a GPU run on a thread of libtorch's, which no dispose scope of the caller covers: what is made here would wait there for
    /// the finalizer, a gradient of all local vectors in each step. Native code copies what is returned as soon as this method has ended,
    /// so that at the next call on the thread it can go; until then the call holds it, and no finalizer can come before the copy.
    /// </remarks>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        if (_previous is not null && _previous.TryGetTarget(out Call? previous))
        {
            previous.DisposeReturned();
        }

        var call = (Call)ctx.get_data(nameof(Call));
        List<Tensor> returned = Gradients(call, ctx, grad_output);
        grad_output.Dispose();
        call.Returned = returned;
        _previous = new WeakReference<Call>(call);
        return returned;
    }

    private static List<Tensor> Gradients(Call call, autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        List<Tensor> saved;
        try
        {
            saved = ctx.get_saved_variables();
        }
        catch (ExternalException)
        {
            return Refusal(call, scope);
        }

        bool differentiable = is_grad_enabled();
        IEnumerable<Tensor> gradients = differentiable ? DifferentiableGradients(call, saved) : saved.Skip(call.GradientStart);
        Tensor? scale = differentiable ? grad_output : Scale(grad_output, call.ExpectedScale);
        using IEnumerator<Tensor> next = gradients.GetEnumerator();
        Tensor? Next(bool wanted)
        {
            if (!wanted)
            {
                return null;
            }

            next.MoveNext();
            return scope.MoveToOuter(scale is null ? next.Current.alias() : next.Current.mul(scale.to(next.Current.dtype)));
        }

        return [Next(call.Wanted.Globals)!, Next(call.Wanted.Locals)!, Next(call.Wanted.Offset)!, null!];
    }

    /// <summary>
    /// An exception must not leave the backward pass, which native code called: it would end the process. Gradients of a wrong shape are
    /// refused by that code, and it throws in a way that reaches the caller.
    /// </summary>
    private static List<Tensor> Refusal(Call call, DisposeScope scope)
    {
        Tensor Wrong(bool wanted) => wanted ? scope.MoveToOuter(zeros([0, 0, 0, 0])) : null!;
        return [Wrong(call.Wanted.Globals), Wrong(call.Wanted.Locals), Wrong(call.Wanted.Offset), null!];
    }

    /// <summary>
    /// The factor for the saved gradients; null for 1, which is detected on the CPU only, where reading a scalar does not synchronize.
    /// </summary>
    private static Tensor? Scale(Tensor gradOutput, double expectedScale)
    {
        if (gradOutput.device_type != DeviceType.CPU)
        {
            return gradOutput.div(expectedScale);
        }

        return gradOutput.to(ScalarType.Float64).item<double>() == expectedScale ? null : gradOutput.div(expectedScale);
    }

    private static Tensor? Narrowed(Tensor? gradient, Tensor factor) => gradient?.to(factor.dtype);

    /// <summary>
    /// The caller asked for a graph of the gradient (<c>create_graph</c>): differentiate the dense form, whose operations can be
    /// differentiated again.
    /// </summary>
    private static IList<Tensor> DifferentiableGradients(Call call, List<Tensor> saved)
    {
        // Views, since the inputs may depend on each other: each gets the derivative by its own place in the formula alone. (An alias is
        // the same node of the graph.)
        Tensor globalRows = saved[0].view(saved[0].shape), localRows = saved[1].view(saved[1].shape);
        Tensor? offset = call.GradientStart == 3 ? saved[2].view(saved[2].shape) : null;
        var factors = new Factors(globalRows, localRows, call.BatchSize, call.Map, call.Options, null);
        Tensor value = call.Kernel.Explicit(new DenseScores(factors.ToDense()), offset);
        List<Tensor> inputs = [];
        WantedGradients asked = call.Wanted;
        foreach ((Tensor? input, bool wanted) in new[] { (globalRows, asked.Globals), (localRows, asked.Locals), (offset, asked.Offset) })
        {
            if (wanted)
            {
                inputs.Add(input!);
            }
        }

        return autograd.grad([value], inputs, retain_graph: true, create_graph: true);
    }

    private sealed record Call(
        ScoreKernel Kernel,
        long BatchSize,
        ScoreFunction? Map,
        StreamingOptions Options,
        StreamingWorkspace? Workspace,
        WantedGradients Wanted,
        double ExpectedScale)
    {
        /// <summary>Number of saved inputs, after which the saved gradients come.</summary>
        public int GradientStart { get; set; }

        /// <summary>The tensors that the backward pass returned to native code.</summary>
        public List<Tensor> Returned { get; set; } = [];

        public void DisposeReturned()
        {
            Returned.ForEach(tensor => tensor?.Dispose());
            Returned = [];
        }
    }
}
