using System.Diagnostics;
using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
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
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer _optimizer;
    private readonly nn.Module[] _modules;
    private readonly HeapGuard _heap = new();
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

        _parameters = [.. _modules.SelectMany(m => m.parameters()).Where(p => p.requires_grad)];
        _optimizer = optim.Adam(_parameters, options.LearningRate);
    }

    public int Steps { get; private set; }

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
        _optimizer.Dispose();
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

    private bool Step()
    {
        _heap.Step();
        using var scope = NewDisposeScope();
        (Tensor x, Tensor y) = _batches.Next();
        Steps++;
        using ScoreMatrix scores = Scores(_critic, x, y);
        using ScoreMatrix weighted = scores.WithExpectedScale(-1.0);
        Tensor loss = _estimator.Objective(weighted).neg();
        _optimizer.zero_grad();
        loss.backward();
        // Values are small and few here; a step that would ruin the weights is left out.
        if (!double.IsFinite(loss.to(ScalarType.Float64).item<double>()) || !double.IsFinite(nn.utils.clip_grad_norm_(_parameters, _options.GradientNorm)))
        {
            Skipped++;
            return false;
        }

        _optimizer.step();
        return true;
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
