using System.Runtime.InteropServices;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>Readings of growing batches on a device whose allocator returns freed memory.</summary>
/// <param name="Readings">The readings, the largest batch last.</param>
/// <param name="IsExact">Whether they come from the allocator.</param>
/// <param name="ExampleBytes">Bytes of one example.</param>
internal sealed record StepReadings(IReadOnlyList<ActivationReading> Readings, bool IsExact, long ExampleBytes);

/// <summary>Memory that whole steps took on a device whose allocator keeps freed memory.</summary>
/// <param name="Libraries">Bytes that the first step took for libtorch itself.</param>
/// <param name="Reading">Bytes that a step of the whole batch takes.</param>
/// <param name="ExampleBytes">Bytes of one example.</param>
/// <param name="How">How the reading is known.</param>
internal sealed record StepTrialResult(long Libraries, TrialReading Reading, long ExampleBytes, string How);

/// <summary>Measures the memory of steps, and restores everything that running encoder and loss changes.</summary>
internal sealed class StepMeasurement(
    Encoder encoder, DimLoss loss, IBatchSource data, TrainerSettings settings, EncoderPlace place, TrainingStep step)
{
    /// <summary>Number of examples to begin with, and the largest number where those take next to nothing.</summary>
    private const int FewExamples = 16, MaxExamples = 128;

    /// <summary>
    /// Bytes that a good reading has: the compiler, in the background, takes and frees a megabyte or two of the same heap.
    /// </summary>
    private const double GoodReading = 16 << 20;

    private const int Repeats = 3;

    /// <summary>Share of the free memory that a trial of the whole batch may be expected to take.</summary>
    private const double Careful = 0.8;

    /// <summary>Reads growing batches of the first examples.</summary>
    public StepReadings Read() => Undone(Measure);

    /// <summary>Tries a step with few examples, with an eighth of the batch, and with the whole if that surely fits.</summary>
    /// <param name="taken">Reads the memory that the allocator has taken.</param>
    /// <param name="free">Bytes that are free.</param>
    /// <param name="copies">How often the optimizer keeps the size of the weights.</param>
    public StepTrialResult Try(Func<long> taken, long free, int copies) => Undone(() => Steps(taken, free, copies));

    private StepTrialResult Steps(Func<long> taken, long free, int copies)
    {
        int[] all = [.. Enumerable.Range(0, settings.BatchSize)];
        long example = 0;
        TrialReading Of(int examples)
        {
            using Tensor batch = Fetch(all.AsSpan(0, examples));
            example = MemoryPlanner.Bytes([batch]) / examples;
            int parts = Math.Min(settings.MicroBatches, examples);
            var trial = new StepTrial(step, encoder.parameters().Concat(loss.parameters()), taken);
            return trial.Do(batch, all[..examples], parts, copies);
        }

        long libraries = Of(Math.Min(all.Length, 4)).Total;
        int few = Math.Max(Math.Min(all.Length, 4), all.Length / 8);
        TrialReading reading = Of(few);
        if (few == all.Length)
        {
            return new(libraries, reading, example, "measured");
        }

        TrialReading scaled = reading.Scaled(all.Length);
        StepTrialResult unsure = new(
            libraries, scaled, example, $"measured on {few} examples and scaled, since the whole batch might not fit");
        if (scaled.Total + libraries > Careful * free)
        {
            return unsure;
        }

        try
        {
            TrialReading whole = Of(all.Length);
            // The whole batch has reused the memory of the eighth.
            return new(libraries, whole with { Encoder = whole.Encoder + reading.Total }, example, "measured");
        }
        catch (Exception exception) when (exception is ExternalException or OutOfMemoryException)
        {
            return unsure;
        }
    }

    private StepReadings Measure()
    {
        using var meter = new ActivationMeter(encoder, loss, place.Device);
        int[] all = [.. Enumerable.Range(0, Math.Min(settings.BatchSize, MaxExamples))];
        ActivationReading Once(Tensor batch, int n) =>
            meter.Measure(batch.narrow(0, 0, n), (output, input) => step.Complete(output, input, all[..n]));
        ActivationReading Repeated(Tensor batch, int n)
        {
            ActivationReading first = Once(batch, n);
            return !meter.IsExact || first.Smaller >= 2 * GoodReading
                ? first
                : ActivationReading.Median([first, .. Enumerable.Range(1, Repeats - 1).Select(_ => Once(batch, n))]);
        }

        int most = Math.Min(settings.BatchSize, FewExamples);
        if (meter.IsExact)
        {
            using Tensor few = Fetch(all.AsSpan(0, most));
            most = (int)Math.Clamp(most * Math.Ceiling(GoodReading / Math.Max(1, Once(few, most).Smaller)), most, all.Length);
        }

        Tensor batch = Fetch(all.AsSpan(0, most));
        // The first reading makes libtorch take memory of its own.
        Once(batch, most);
        // Nothing that waits for the finalizer may be freed in between.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        int[] counts = [.. new[] { most / 4, most / 2, most }.Where(n => n >= 2 || n == most).Distinct()];
        return new([.. counts.Select(n => Repeated(batch, n))], meter.IsExact, MemoryPlanner.Bytes([batch]) / most);
    }

    private Tensor Fetch(ReadOnlySpan<int> indices) => place.Take(BatchGuard.Fetch(data, indices));

    private T Undone<T>(Func<T> run)
    {
        using var modes = new ModuleModes(encoder);
        using var lossModes = new ModuleModes(loss);
        using var buffers = TensorCopies.OfBuffers(encoder, loss);
        using var draws = new GeneratorSnapshot(encoder, loss);
        using var scope = NewDisposeScope();
        var extras = encoder.modules().Prepend(encoder).Concat(loss.modules()).Where(m => m is not RandomSource).OfType<IExtraState>()
            .Distinct(ReferenceEqualityComparer.Instance).Cast<IExtraState>()
            .Select(state => (State: state, Kept: state.GetExtraState())).ToList();
        try
        {
            encoder.train();
            loss.train();
            return run();
        }
        finally
        {
            buffers.Restore();
            extras.ForEach(extra => extra.State.SetExtraState(extra.Kept));
            draws.Restore();
        }
    }
}
