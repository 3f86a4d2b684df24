using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// The loss of Deep InfoMax: the weighted sum of its objectives, α·global + β·local + γ·prior in the paper (equation 8), and of any others.
/// Each weight is the objective's <see cref="Objective.Weight"/>.
/// </summary>
/// <remarks>
/// Usable in any training loop: give the optimizer the parameters of the encoder and of this module, call the module on the encoder's
/// output, and call <c>backward()</c> on <see cref="DimLossResult.Total"/>. Objectives are owned, and saved under their term names.
/// </remarks>
public sealed class DimLoss : nn.Module<EncoderOutput, DimLossResult>
{
    private readonly (string Name, Objective Objective)[] _terms;

    /// <summary>Creates the loss.</summary>
    /// <param name="objectives">The objectives, at least one. Owned by the loss. A name that occurs twice gets a number.</param>
    /// <exception cref="ArgumentException">There is no objective, or one occurs twice.</exception>
    public DimLoss(params Objective[] objectives)
        : base(NativeBackend.Checked(nameof(DimLoss)))
    {
        ArgumentNullException.ThrowIfNull(objectives);
        if (objectives.Length == 0 || objectives.Distinct().Count() != objectives.Length)
        {
            throw new ArgumentException($"Expected at least one objective and none twice, got {objectives.Length}.", nameof(objectives));
        }

        _terms = new (string, Objective)[objectives.Length];
        for (int i = 0; i < objectives.Length; i++)
        {
            Objective objective = objectives[i];
            ArgumentNullException.ThrowIfNull(objective, nameof(objectives));
            int earlier = objectives.Take(i).Count(o => o.TermName == objective.TermName);
            _terms[i] = (earlier == 0 ? objective.TermName : $"{objective.TermName}_{earlier + 1}", objective);
            register_module(_terms[i].Name, objective);
        }
    }

    /// <summary>The objectives by their names in metrics and saved parameters.</summary>
    public IReadOnlyDictionary<string, Objective> Objectives => _terms.ToDictionary(t => t.Name, t => t.Objective);

    /// <summary>What the objectives read besides the encoder's output.</summary>
    internal ObjectiveNeeds Needs => _terms.Aggregate(ObjectiveNeeds.None, (needs, term) => needs | term.Objective.Needs);

    /// <summary>Evaluates all objectives. Use <c>call(output)</c>, which also runs hooks.</summary>
    /// <param name="output">
    /// The encoder's output on a batch of at least 2 examples, or of 1 if no objective contrasts examples (<see cref="DeepGraphInfoMax"/>).
    /// </param>
    /// <returns>The total and its terms; they belong to the caller, or to the dispose scope open at the call.</returns>
    /// <exception cref="ArgumentException">The output does not fit an objective, or has fewer examples than it needs.</exception>
    public override DimLossResult forward(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var scope = NewDisposeScope();
        Tensor? total = null;
        var metrics = new Dictionary<string, Tensor>();
        foreach ((string name, Objective objective) in _terms)
        {
            ObjectiveResult result = Evaluate(name, objective, output);
            Tensor term = result.Loss * objective.Weight;
            if (result.AdversaryLoss is not null)
            {
                term = term + result.AdversaryLoss;
            }

            total = total is null ? term : total + term;
            metrics[name + ".loss"] = scope.MoveToOuter(result.Loss.detach());
            foreach ((string metric, Tensor value) in result.Metrics)
            {
                metrics[$"{name}.{metric}"] = scope.MoveToOuter(value);
            }
        }

        return new DimLossResult(scope.MoveToOuter(total!), metrics);
    }

    private static ObjectiveResult Evaluate(string name, Objective objective, EncoderOutput output)
    {
        try
        {
            return objective.call(output);
        }
        catch (NonFiniteException e)
        {
            throw e.In(name);
        }
    }
}
