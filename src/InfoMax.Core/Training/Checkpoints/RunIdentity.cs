using System.Globalization;
using InfoMax.Data;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Weights;
using static TorchSharp.torch;

namespace InfoMax.Training.Checkpoints;

/// <summary>The settings that identify a run: its checkpoints hold them, and a resumed run is compared with them.</summary>
internal static class RunIdentity
{
    /// <summary>Positions at which schedules are compared, besides every eighth of the run: where a warm-up shows.</summary>
    private static readonly long[] FirstSteps = [0, 1, 10, 100];

    /// <summary>The settings of a run, before its first step.</summary>
    public static CheckpointManifest.RunSettings Of(
        TrainerSettings settings, IBatchSource data, optim.Optimizer optimizer, DimLoss loss) => new(
        settings.Seed,
        settings.BatchSize,
        data.Count,
        [.. data.ExampleShape],
        optimizer.GetType().Name,
        optimizer.ParamGroups.First().LearningRate,
        settings.Epochs,
        loss.Objectives.ToDictionary(o => o.Key, o => o.Value.Weight),
        Factors(settings, data.Count / settings.BatchSize * (long)settings.Epochs),
        settings.MaxGradientNorm,
        settings.AverageDecay,
        settings.MicroBatches);

    /// <summary>Refuses a checkpoint of a run that this one cannot continue.</summary>
    /// <exception cref="CheckpointException">The seed, the batch size or the data differ.</exception>
    public static void CheckData(Checkpoint checkpoint, TrainerSettings settings, IBatchSource data)
    {
        CheckpointManifest.RunSettings saved = checkpoint.Manifest.Settings;
        Refuse(
            checkpoint,
            Difference("the seed", saved.Seed, settings.Seed),
            Difference("the batch size", saved.BatchSize, settings.BatchSize),
            Difference("the number of examples", saved.Examples, data.Count),
            Difference("the shape of an example", TensorGuard.Shape([.. saved.ExampleShape]), TensorGuard.Shape([.. data.ExampleShape])));
    }

    /// <summary>Refuses other terms or another optimizer, and lists the settings that may differ and do.</summary>
    /// <returns>The differences.</returns>
    /// <exception cref="CheckpointException">The terms of the loss or the optimizer differ.</exception>
    public static IReadOnlyList<string> Compare(Checkpoint checkpoint, CheckpointManifest.RunSettings now, TrainerSettings settings)
    {
        CheckpointManifest.RunSettings saved = checkpoint.Manifest.Settings;
        Refuse(
            checkpoint,
            Difference("the loss", Terms(saved), Terms(now)),
            Difference("the optimizer", saved.Optimizer, now.Optimizer));
        // A schedule goes by the length of the run, so that the two are compared over the same length.
        IReadOnlyList<double> factors = Factors(settings, saved.Examples / saved.BatchSize * (long)saved.Epochs);
        List<string?> differences =
        [
            Difference("the learning rate", saved.LearningRate, now.LearningRate),
            saved.Schedule.SequenceEqual(factors) ? null : "the schedule of the learning rate is another",
            .. now.Weights.Select(weight => Difference($"the weight of \"{weight.Key}\"", saved.Weights[weight.Key], weight.Value)),
            Difference("the largest norm of the gradient", Limit(saved.MaxGradientNorm), Limit(now.MaxGradientNorm)),
            Difference("the decay of averaged weights", saved.AverageDecay ?? 0, now.AverageDecay ?? 0),
            Difference("the number of micro-batches", saved.MicroBatches, now.MicroBatches),
        ];
        return [.. differences.OfType<string>()];
    }

    private static double Limit(double? norm) => norm ?? double.PositiveInfinity;

    private static string Terms(CheckpointManifest.RunSettings run) => string.Join(" + ", run.Weights.Keys);

    private static double[] Factors(TrainerSettings settings, long totalSteps) => totalSteps < 1
        ? []
        : [.. FirstSteps.Concat(Enumerable.Range(1, 7).Select(k => totalSteps * k / 8)).Append(totalSteps - 1)
            .Where(step => step < totalSteps).Select(step => settings.Schedule.Factor(step, totalSteps))];

    private static string? Difference<T>(string what, T before, T now) => Equals(before, now)
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{what} is {now}, was {before}");

    private static void Refuse(Checkpoint checkpoint, params IEnumerable<string?> differences)
    {
        string[] faults = [.. differences.OfType<string>()];
        if (faults.Length > 0)
        {
            throw new CheckpointException(checkpoint.Path, $"it belongs to another run: {string.Join("; ", faults)}.");
        }
    }
}
