using System.Globalization;
using InfoMax.Foundation;
using InfoMax.Training.Checkpoints;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <content>Checkpoints, and what happens when numbers go bad.</content>
internal sealed partial class TrainingRun
{
    private readonly CheckpointKeeper? _keeper;
    private long? _savedAt;

    /// <summary>Puts the run where a checkpoint stood.</summary>
    private void Restore(Checkpoint checkpoint)
    {
        CheckpointManifest manifest = checkpoint.Manifest;
        string path = checkpoint.PathOf(CheckpointManifest.FileName);
        if (manifest.Step > TotalSteps)
        {
            int done = manifest.History.Count;
            throw new CheckpointException(
                path,
                $"it has finished {done} epochs, and this run is to have {_settings.Epochs}: request at least " +
                $"{(manifest.StepInEpoch > 0 ? done + 1 : done)} with Epochs(…), or resume from an earlier checkpoint.");
        }

        if (manifest.Step != ((long)(manifest.Epoch - 1) * StepsPerEpoch) + manifest.StepInEpoch)
        {
            throw new CheckpointException(path, $"expected {StepsPerEpoch} steps in each epoch, found step {manifest.Step} to be step " +
                $"{manifest.StepInEpoch} of epoch {manifest.Epoch}.");
        }

        if (manifest.Order != _order.Fingerprint(manifest.Epoch))
        {
            throw new CheckpointException(path, "expected the order of examples that this runtime draws, found another: the checkpoint " +
                "was written by a runtime that shuffles otherwise, and could not be continued exactly.");
        }

        EndEpochActivity();
        _state.Load(checkpoint);
        (_descent.Position, _epoch, _stepInEpoch) = (manifest.Step, manifest.Epoch, manifest.StepInEpoch);
        _descent.RateFactor = manifest.RateFactor;
        (_skipped, _divergences, _returns) = (manifest.Skipped, manifest.Divergences, manifest.Returns);
        _epochs.Clear();
        _epochs.AddRange(checkpoint.Epochs);
        _reporter.Earlier = new TimeSpan(manifest.ElapsedTicks);
        (_context.Step, _context.Epoch) = (manifest.Step, _epoch);
        _keeper?.Last = checkpoint.Path;
        _savedAt = _descent.Position;
    }

    private CheckpointManifest Manifest() => new(
        CheckpointManifest.FormatName,
        CheckpointManifest.CurrentVersion,
        TrainingDiagnostics.LibraryVersion,
        DateTimeOffset.UtcNow,
        _identity,
        _descent.Position,
        _epoch,
        _stepInEpoch,
        _order.Fingerprint(_epoch),
        _averages.Steps,
        _reporter.Elapsed.Ticks,
        _descent.RateFactor,
        _skipped,
        _divergences,
        _returns,
        [.. _epochs.Select(e => new CheckpointManifest.EpochEntry(e.Epoch, e.StepCount, e.Metrics, e.Elapsed.Ticks))]);

    private void SaveIfDue(bool endOfEpoch)
    {
        // The last one is written at the end.
        if (_keeper is not null && _descent.Position < TotalSteps && _keeper.IsDue(_descent.Position, endOfEpoch, _epochs.Count))
        {
            Save();
        }
    }

    private void SaveLast()
    {
        if (_keeper is not null && _savedAt != _descent.Position)
        {
            Save();
        }
    }

    /// <summary>
    /// Writes a checkpoint. A disk that is full for a while does not end a run of a week: the failure is logged, and the next one is tried
    /// when it is due.
    /// </summary>
    private void Save()
    {
        using System.Diagnostics.Activity? activity = TrainingDiagnostics.Start("checkpoint", null);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            string path = _keeper!.Write(Manifest(), _state);
            _savedAt = _descent.Position;
            TrainerLog.CheckpointWritten(_logger, path, ClockText.Of(clock.Elapsed));
            TrainingDiagnostics.CheckpointWritten(clock.Elapsed);
            _keeper.Prune();
        }
        catch (CheckpointException e)
        {
            TrainerLog.CheckpointFailed(_logger, e, e.Path);
        }
    }

    /// <summary>Asks the policy about a step with numbers that are not finite.</summary>
    /// <returns>True if the run continues with the next batch; false if it has returned to a checkpoint.</returns>
    /// <exception cref="TrainingDivergedException">The policy ends the run.</exception>
    private bool GoesOn((string Term, double Value) fault, Tensor batch, int[] indices)
    {
        var divergence = new NonFiniteStep(
            fault.Term, fault.Value, _descent.Position, _epoch, ++_consecutive, ++_divergences, _returns, _keeper?.Last);
        DivergenceAnswer answer = _settings.Divergence.Answer(divergence);
        if (answer.Skips && _settings.Divergence.MaySkip)
        {
            _skipped++;
            TrainerLog.Skipped(_logger, fault.Term, fault.Value, _descent.Position, _skipped);
            return true;
        }

        if (answer.RateFactor is { } factor && _settings.Checkpoints is { } options
            && Checkpoint.Latest(options.Directory) is { } checkpoint)
        {
            (int divergences, int returns, double rate) = (_divergences, _returns + 1, _descent.RateFactor * factor);
            Restore(checkpoint);
            (_divergences, _returns, _descent.RateFactor) = (divergences, returns, rate);
            TrainerLog.Returned(_logger, fault.Term, fault.Value, divergence.Step, checkpoint.Path, rate);
            return false;
        }

        TrainerLog.Diverged(_logger, fault.Term, fault.Value, divergence.Step);
        throw new TrainingDivergedException(
            fault.Term, fault.Value, divergence.Step, divergence.Epoch, SaveBatch(batch, indices, divergence));
    }

    private string? SaveBatch(Tensor batch, int[] indices, NonFiniteStep divergence)
    {
        if (_settings.Divergence.BatchFolder is not { } folder)
        {
            return null;
        }

        string step = divergence.Step.ToString("D12", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, $"batch-{step}.safetensors");
        try
        {
            Directory.CreateDirectory(folder);
            Tensor examples = tensor(indices.Select(i => (long)i).ToArray());
            var tensors = new Dictionary<string, Tensor> { ["batch"] = batch, ["examples"] = examples };
            var about = new Dictionary<string, string>
            {
                ["term"] = divergence.Term,
                ["step"] = divergence.Step.ToString(CultureInfo.InvariantCulture),
            };
            SafetensorsFile.Write(path, tensors, about);
            return path;
        }
        catch (Exception e) when (e is CheckpointException or IOException or UnauthorizedAccessException)
        {
            // The divergence is what the caller has to hear of.
            TrainerLog.CheckpointFailed(_logger, e, path);
            return null;
        }
    }
}
