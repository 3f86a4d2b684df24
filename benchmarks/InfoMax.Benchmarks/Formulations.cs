using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>InfoNCE written otherwise, for comparison. Global rows [N, D], local rows [N·L, D].</summary>
internal static class Formulations
{
    /// <summary>
    /// As the original code has it: the negatives of each global vector are expanded to every location of it before a softmax, [N, L, 1 +
    /// N·L], with
    /// same-image scores replaced by −10.
    /// </summary>
    public static Tensor PublishedInfoNce(Tensor globals, Tensor locals, long n)
    {
        long l = locals.shape[0] / n;
        Tensor u = globals.mm(locals.t()).view(n, n, l);
        Tensor mask = eye(n, device: globals.device).unsqueeze(2);
        Tensor positives = u.diagonal(0, 0, 1).t().unsqueeze(2);
        Tensor masked = (u * (1 - mask)) - (mask * 10);
        Tensor negatives = masked.view(n, 1, n * l).expand(n, l, n * l);
        Tensor logits = cat([positives, negatives], 2);
        return -nn.functional.log_softmax(logits, 2).select(2, 0).mean();
    }

    /// <summary>Without the expansion, by ordinary differentiable operations on the whole matrix.</summary>
    public static Tensor DenseInfoNce(Tensor globals, Tensor locals, long n)
    {
        long l = locals.shape[0] / n;
        Tensor u = globals.mm(locals.t()).view(n, n, l);
        Tensor mask = eye(n, dtype: ScalarType.Bool, device: globals.device).unsqueeze(2);
        Tensor lse = u.masked_fill(mask, double.NegativeInfinity).view(n, n * l).logsumexp(1, keepdim: true);
        return nn.functional.softplus(lse - u.diagonal(0, 0, 1).t()).mean();
    }

    public static Tensor DenseJensenShannon(Tensor globals, Tensor locals, long n)
    {
        long l = locals.shape[0] / n;
        Tensor u = globals.mm(locals.t()).view(n, n, l);
        Tensor mask = eye(n, dtype: ScalarType.Bool, device: globals.device).unsqueeze(2);
        Tensor negatives = nn.functional.softplus(u).masked_fill(mask, 0).sum() / ((double)n * (n - 1) * l);
        return nn.functional.softplus(-u.diagonal(0, 0, 1)).mean() + negatives;
    }

    public static Tensor DenseDonskerVaradhan(Tensor globals, Tensor locals, long n)
    {
        long l = locals.shape[0] / n;
        Tensor u = globals.mm(locals.t()).view(n, n, l);
        Tensor mask = eye(n, dtype: ScalarType.Bool, device: globals.device).unsqueeze(2);
        return u.masked_fill(mask, double.NegativeInfinity).flatten().logsumexp(0) - Math.Log((double)n * (n - 1) * l) - u.diagonal(0, 0,
            1).mean();
    }
}
