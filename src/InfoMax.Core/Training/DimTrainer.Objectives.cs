using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Scores;

namespace InfoMax.Training;

/// <content>Methods that choose the objectives.</content>
public sealed partial class DimTrainer
{
    /// <summary>Adds local mutual information, β in the paper.</summary>
    /// <param name="estimator">The estimator whose objective is maximized.</param>
    /// <param name="weight">Factor in the total loss, finite and at least 0; default 1.</param>
    /// <param name="units">Units of the critic's common space, 1 or more; 2048 in the paper.</param>
    /// <param name="locations">Locations of each example to sample per step, before their projection; null takes all.</param>
    /// <param name="projections">Precision of the projections' matrix products; default full.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Local(
        MIEstimator estimator,
        double weight = 1.0,
        int units = SeparableCritic.DefaultUnits,
        int? locations = null,
        ProductPrecision projections = ProductPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        _settings.CriticUnits.Add(units);
        if (locations is { } count)
        {
            _settings.Samples.Add(count);
        }

        return Weighted("local", weight, (shape, seed) => new LocalInfoMax(
            shape.LocalChannels, shape.GlobalUnits, estimator, units, seed, projections)
        {
            Weight = weight,
            LocationSamples = locations,
        });
    }

    /// <summary>Adds local mutual information with a critic of your choice, such as concat-and-convolve.</summary>
    /// <param name="estimator">The estimator whose objective is maximized.</param>
    /// <param name="critic">Builds the critic from the sizes of the encoder's output and a seed; the trainer owns what it returns.</param>
    /// <param name="weight">Factor in the total loss, finite and at least 0; default 1.</param>
    /// <param name="locations">Locations of each example to sample per step; null takes all.</param>
    /// <param name="globals">Global vectors of each example to sample per step, of encoders that give several; null takes all.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Local(
        MIEstimator estimator, Func<EncoderSignature, int, Critic> critic, double weight = 1.0, int? locations = null, int? globals = null)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(critic);
        _settings.Samples.AddRange(new[] { locations, globals }.OfType<int>());
        return Weighted("local", weight, (shape, seed) => new LocalInfoMax(critic(shape, seed), estimator, seed)
        {
            Weight = weight,
            LocationSamples = locations,
            GlobalSamples = globals,
        });
    }

    /// <summary>Adds global mutual information, α in the paper, with the concatenating critic.</summary>
    /// <param name="estimator">The estimator whose objective is maximized.</param>
    /// <param name="weight">Factor in the total loss, finite and at least 0; default 1.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Global(MIEstimator estimator, double weight = 1.0) =>
        Global(estimator, (shape, seed) => new GlobalConcatCritic(shape.LocalSize, shape.GlobalUnits, seed: seed), weight);

    /// <summary>
    /// Adds global mutual information with a critic of your choice, such as the dot product, <see cref="GlobalSeparableCritic"/>.
    /// </summary>
    /// <param name="estimator">The estimator whose objective is maximized.</param>
    /// <param name="critic">Builds the critic from the sizes of the encoder's output and a seed; the trainer owns what it returns.</param>
    /// <param name="weight">Factor in the total loss, finite and at least 0; default 1.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Global(MIEstimator estimator, Func<EncoderSignature, int, Critic> critic, double weight = 1.0)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(critic);
        return Weighted("global", weight, (shape, seed) => new GlobalInfoMax(critic(shape, seed), estimator) { Weight = weight });
    }

    /// <summary>
    /// Adds the objectives of a method: the whole loss of Deep InfoMax (paper, equation 8), such as
    /// <c>new DimObjectives { Weights = DimWeights.PaperLocalAndGlobal }</c>, or a method that it is compared with.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Objectives(IRepresentationMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Configure(s =>
        {
            s.MethodFaults.AddRange(method.Faults());
            s.Objectives.Add(new ObjectiveSource(null, (shape, seed) => method.Create(shape, seed)));
        });
    }

    /// <summary>Gives labels to objectives that use them: the semi-supervised term of <see cref="Classify"/>, or your own.</summary>
    /// <param name="labels">A class for each example of the data, −1 where there is none.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Labels(IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Configure(s => s.Labels = [.. labels]);
    }

    /// <summary>
    /// Adds the semi-supervised term: a classifier on a feature, trained with the encoder on the labeled examples. It is added to the other
    /// terms, or to the default ones.
    /// </summary>
    /// <param name="classCount">Number of classes; null takes the largest label plus one.</param>
    /// <param name="weight">Factor in the total loss, finite and at least 0; default 1.</param>
    /// <param name="feature">Name of the feature; default "conv", as in the paper.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Classify(int? classCount = null, double weight = 1.0, string feature = "conv")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(feature);
        return Configure(s =>
        {
            s.Weights.Add(weight);
            s.Classifier = (classCount, weight, feature);
        });
    }

    /// <summary>Adds prior matching, γ in the paper.</summary>
    /// <param name="prior">The prior.</param>
    /// <param name="weight">Factor of the encoder's term in the total loss, finite and at least 0; default 0.1.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Prior(Priors.Prior prior, double weight = DimWeights.DefaultPrior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        return Weighted("prior", weight, (shape, seed) => new PriorMatching(shape.GlobalUnits, prior, weight, seed));
    }

    /// <summary>Adds an objective of your own.</summary>
    /// <param name="objective">
    /// Builds the objective from the sizes of the encoder's output and a seed; the trainer owns what it returns.
    /// </param>
    /// <returns>This trainer.</returns>
    public DimTrainer Add(Func<EncoderSignature, int, Objective> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return Configure(s => s.Objectives.Add(new ObjectiveSource("own", (shape, seed) => [objective(shape, seed)])));
    }

    private DimTrainer Weighted(string term, double weight, Func<EncoderSignature, int, Objective> objective) => Configure(s =>
    {
        s.Weights.Add(weight);
        s.Objectives.Add(new ObjectiveSource(term, (shape, seed) => [objective(shape, seed)]));
    });
}
