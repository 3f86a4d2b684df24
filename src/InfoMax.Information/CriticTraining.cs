using System.Diagnostics;
using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Optimization;
using InfoMax.Scores;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>Trains a critic with early stopping and keeps the best.</summary>
internal sealed class CriticTraining : IDisposable
{
    /// <summary>Steps in a row without a finite objective after which there is no hope.</summary>
    private const int MostSkipped = 100;

    private readonly Critic _critic;
    private readonly MIEstimator _estimator;
    private readonly PairBatches _batches;
    private readonly MutualInformationOptions _options;
    private readonly Descent _descent;
    private readonly nn.Module[] _modules;
    private readonly List<(int Step, double Objective)> _curve = [];
    private TensorCopies? _kept;
    private double _best = double.NegativeInfinity;
    private int _withoutGain;

    public CriticTraining(Critic critic, MIEstimator estimator, PairBatches batches, MutualInformationOptions options)
    {
        (_critic, _estimator, _batches, _options) = (critic, estimator, batches, options);
        _modules = estimator.State is { } state ? [critic, state] : [critic];
        foreach (nn.Module module in _modules)
        {
            module.to(batches.Test.X.device);
        }

        Parameter[] parameters = [.. _modules.SelectMany(m => m.parameters()).Where(p => p.requires_grad)];
        _descent = new Descent(Descent.Adam(parameters, options.LearningRate), parameters)
        {
            MaxGradientNorm = options.GradientNorm,
            Snapshot = () => TensorCopies.OfBuffers(_modules),
        };
    }

    public int Steps => (int)_descent.Position;

    public int Skipped { get; private set; }

    public int BestStep { get; private set; }

    public IReadOnlyList<(int Step, double Objective)> Curve => _curve;

    /// <summary>Trains, and leaves the critic in evaluation mode with its best weights.</summary>
    public EstimationEnd Run(IProgress<MutualInformationProgress>? progress, Stopwatch clock, CancellationToken cancellationToken)
    {
        EstimationEnd end = EstimationEnd.OutOfSteps;
        int skippedInARow = 0;
        Look(progress, clock);
        while (Steps < _options.MaxSteps && end == EstimationEnd.OutOfSteps)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                end = EstimationEnd.Canceled;
                break;
            }

            skippedInARow = Step() ? 0 : skippedInARow + 1;
            if (Steps % _options.CheckEvery == 0 || Steps == _options.MaxSteps)
            {
                Look(progress, clock);
                end = _withoutGain >= _options.Patience ? EstimationEnd.Converged : end;
            }

            end = skippedInARow >= MostSkipped ? EstimationEnd.Diverged : end;
        }

        _kept?.Restore();
        SetTraining(false);
        return end;
    }

    /// <summary>The scores of all pairs of some rows, in the open dispose scope.</summary>
    public static ScoreMatrix Scores(Critic critic, Tensor x, Tensor y) => critic.call(new LocalFeatureMap(x.unsqueeze(2)), y);

    public void Dispose()
    {
        _descent.Dispose();
        _kept?.Dispose();
    }

    /// <summary>Evaluates the validation split, the untrained critic first, and keeps the weights if they are the best so far.</summary>
    private void Look(IProgress<MutualInformationProgress>? progress, Stopwatch clock)
    {
        double objective = ValidationObjective();
        _curve.Add((Steps, objective));
        // NaN is no gain.
        if (objective > _best || _kept is null)
        {
            (_best, _withoutGain, BestStep) = (objective, 0, Steps);
            _kept?.Renew();
            _kept ??= TensorCopies.OfState(_modules);
        }
        else
        {
            _withoutGain++;
        }

        progress?.Report(new MutualInformationProgress(Steps, _options.MaxSteps, objective, _best, _withoutGain, clock.Elapsed));
    }

    /// <summary>
    /// Does a step, or leaves it out if its numbers are not finite: they are small and few here, and a bad step would ruin the weights.
    /// </summary>
    private bool Step()
    {
        using var scope = NewDisposeScope();
        (Tensor x, Tensor y) = _batches.Next();
        bool applied = _descent.Try(() => Loss(x, y), look: true).Fault is null;
        Skipped += applied ? 0 : 1;
        return applied;
    }

    private Tensor Loss(Tensor x, Tensor y)
    {
        using ScoreMatrix scores = Scores(_critic, x, y);
        using ScoreMatrix weighted = scores.WithExpectedScale(-1.0);
        return _estimator.Objective(weighted).neg();
    }

    private double ValidationObjective()
    {
        SetTraining(false);
        using var noGrad = no_grad();
        double mean = HeldOut.Mean(_critic, _batches.Validation, _options.EvaluationBatchSize, _estimator.Objective);
        SetTraining(true);
        return mean;
    }

    private void SetTraining(bool on)
    {
        foreach (nn.Module module in _modules)
        {
            module.train(on);
        }
    }
}
