namespace InfoMax.Evaluation.Solvers;

/// <summary>Training rows that several fits are made to. Owns the design and the last fit.</summary>
/// <param name="design">The rows.</param>
internal sealed class LinearProblem(LinearDesign design) : IDisposable
{
    private (double C, LinearFit Fit)? _last;

    /// <summary>The rows.</summary>
    public LinearDesign Design => design;

    /// <summary>The last fit to all rows for a C, if it was the last and a start that a solver ends at; otherwise null.</summary>
    public LinearFit? Last(double c) => _last is { Fit.Duals: not null } last && last.C == c ? last.Fit : null;

    /// <summary>Keeps a fit in place of the one before.</summary>
    public void Keep(double c, LinearFit fit)
    {
        _last?.Fit.Dispose();
        _last = (c, fit);
    }

    public void Dispose()
    {
        _last?.Fit.Dispose();
        design.Dispose();
    }
}
