using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Randomness;
using InfoMax.Training.Checkpoints;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>Finds out what memory a run will need: on the CPU it encodes a few examples as a step would, on a GPU it tries a step, and puts back all that this changes.</summary>
internal sealed class MemoryPlanner(
    Encoder encoder, DimLoss loss, IBatchSource data, TrainerSettings settings, optim.Optimizer optimizer, EncoderPlace place, TrainingStep step,
    Func<long>? taken = null)
{
    /// <summary>Examples to begin with, and the most where those leave next to nothing.</summary>
    private const int FewExamples = 16, MostExamples = 128;

    /// <summary>What a reading should have: the compiler, at work in the background, takes and gives back a megabyte or two of the same heap.</summary>
    private const double GoodReading = 16 << 20;

    private const int Repeats = 3;

    /// <summary>What is needed besides, of all, and of what comes from the heap.</summary>
    private const double BetweenBlocks = 0.12, InPieces = 0.9;

    /// <summary>Share of what is free that a trial of the whole batch may be expected to take.</summary>
    private const double Careful = 0.8;

    private readonly Func<long>? _taken = taken ?? CudaMemory.Taken(place.Device);

    private readonly List<MemoryPart> _parts = [];

    public MemoryPlan Plan()
    {
        using var scope = NewDisposeScope();
        (long? available, string reason) = AvailableMemory.For(place.Device);
        long trainable = Bytes(encoder.parameters().Concat(loss.parameters()).Where(p => p.requires_grad));
        _parts.Add(new MemoryPart("encoder", Bytes(encoder), $"its weights and running statistics, {encoder.parameters().Sum(p => p.numel()):N0} numbers that are trained") { IsThere = true });
        _parts.Add(new MemoryPart("loss", Bytes(loss), $"weights of critics and discriminators, {loss.parameters().Sum(p => p.numel()):N0} numbers"));
        if (settings.AverageDecay is not null)
        {
            _parts.Add(new MemoryPart("averaged weights", Bytes(encoder), "a second copy of the encoder"));
        }

        if (_taken is not null && available is { } free)
        {
            Tried(trainable, free);
        }
        else
        {
            Read(trainable);
        }

        _parts.Add(Data());
        if (settings.Divergence.MaySkip)
        {
            _parts.Add(new MemoryPart("copies of running statistics", Bytes(encoder.buffers().Concat(loss.buffers())), "put back if a batch is left out"));
        }

        if (settings.Checkpoints is not null)
        {
            _parts.Add(new MemoryPart("checkpoints", place.Device.type == TorchSharp.DeviceType.CPU ? 0 : encoder.parameters().Concat(loss.parameters()).Max(p => Bytes([p])), "written tensor by tensor, each copied from the device if it is not the CPU"));
        }

        return new MemoryPlan(_parts, available, reason, Advice());
    }

    /// <summary>Parts of a step as they are measured on some examples, or counted.</summary>
    private void Read(long trainable)
    {
        (IReadOnlyList<ActivationReading> readings, bool exact, long example) = Undone(() => Measure());
        int parts = settings.MicroBatches, batch = settings.BatchSize;
        _parts.Add(new MemoryPart("gradients", trainable, "one number for each weight"));
        (long? state, _, string keeps) = OptimizerWeights.Size(optimizer, trainable);
        _parts.Add(new MemoryPart("optimizer", state, keeps));
        string how = exact ? $"measured on {readings[^1].Examples} examples" : $"outputs of layers, counted on {readings[^1].Examples} examples";
        long encoded = ActivationReading.Extrapolate(readings, r => r.Encoder, batch / parts), backward = ActivationReading.Extrapolate(readings, r => r.Backward, batch);
        long outputs = parts == 1 ? 0 : ActivationReading.Extrapolate(readings, r => (2 * r.Outputs) + r.Graded, batch);
        long lost = ActivationReading.Extrapolate(readings, r => r.Loss, batch, pairs: true);
        _parts.Add(new MemoryPart("activations", encoded + outputs, parts == 1
            ? $"what the encoder keeps of {batch} examples for the backward pass, {how}"
            : $"what the encoder keeps of {batch / parts} examples, a {parts}th of the batch, for the backward pass, and its output for all {batch}, in parts, joined, and as gradients, {how}"));
        _parts.Add(new MemoryPart("loss activations", lost, $"what the loss keeps of {batch} examples, gradients that it computes ahead among them, {how}"));
        _parts.Add(new MemoryPart("backward pass", backward, "gradients of the largest layers' inputs and outputs"));
        long update = Math.Max(0, (2 * trainable) - encoded - outputs - lost - backward);
        _parts.Add(new MemoryPart("update", update, $"what an optimizer such as Adam computes for all weights at once, {MemoryPlan.Size(2 * trainable)}, beyond what activations have left free"));
        int ahead = settings.FeedWorkers > 0 ? settings.FeedAhead : 0;
        _parts.Add(new MemoryPart("batches", example * batch * (1 + ahead), ahead == 0 ? "the batch of a step" : $"the batch of a step and {ahead} made ahead"));
        if (exact)
        {
            Allocator(readings[^1]);
        }
    }

    /// <summary>Parts of a step as they are when one is tried, on a device whose allocator keeps what it has had.</summary>
    private void Tried(long trainable, long free)
    {
        (long? kept, bool made, string keeps) = OptimizerWeights.Size(optimizer, trainable);
        int batch = settings.BatchSize, copies = made || trainable == 0 ? 0 : (int)((kept ?? 0) / trainable);
        (long libraries, TrialReading reading, long example, string how) = Undone(() => Try(free, copies));
        // What is made at the first step may find room in what is free then.
        long gradients = Math.Min(trainable, reading.Backward), state = made ? 0 : Math.Min(kept ?? 0, reading.Afterwards);
        _parts.Add(new MemoryPart("libraries", libraries, "programs and working space that libtorch loads when a step first needs them"));
        _parts.Add(new MemoryPart("activations", reading.Encoder, settings.MicroBatches == 1
            ? $"what the encoder takes for {batch} examples, {how}"
            : $"what the encoder takes for {batch} examples in {settings.MicroBatches} parts, without their graphs, {how}"));
        _parts.Add(new MemoryPart("loss activations", reading.Loss, $"what the loss takes beyond that, {how}"));
        _parts.Add(new MemoryPart("gradients", gradients, gradients < trainable ? $"one number for each weight, {MemoryPlan.Size(trainable)}, beyond what is free then" : "one number for each weight"));
        _parts.Add(new MemoryPart("backward pass", reading.Backward - gradients, $"what it takes beyond all that, {how}"));
        _parts.Add(made || kept is null
            ? new MemoryPart("optimizer", kept, keeps)
            : new MemoryPart("optimizer", state, state < kept ? $"{keeps}, {MemoryPlan.Size(kept)}, beyond what is free then" : keeps));
        _parts.Add(new MemoryPart("allocator", reading.Afterwards - state, $"what the next step takes since its blocks are in other places, {how}"));
        _parts.Add(new MemoryPart("batches", example * batch, "the batch of a step; those made ahead are in the memory of the CPU"));
    }

    /// <summary>Tries a step with few examples, with an eighth of the batch, and if that leaves no doubt that there is room, with the whole.</summary>
    private (long Libraries, TrialReading Reading, long Example, string How) Try(long free, int copies)
    {
        int[] all = [.. Enumerable.Range(0, settings.BatchSize)];
        long example = 0;
        TrialReading Of(int examples)
        {
            using Tensor batch = place.Take(data.GetBatch(all.AsSpan(0, examples)));
            example = Bytes([batch]) / examples;
            return new StepTrial(step, encoder.parameters().Concat(loss.parameters()), _taken!).Do(batch, all[..examples], Math.Min(settings.MicroBatches, examples), copies);
        }

        long libraries = Of(Math.Min(all.Length, 4)).Total;
        int few = Math.Max(Math.Min(all.Length, 4), all.Length / 8);
        TrialReading reading = Of(few);
        if (few == all.Length)
        {
            return (libraries, reading, example, "measured");
        }

        TrialReading scaled = reading.Scaled(all.Length);
        string unsure = $"measured on {few} examples and scaled, since the whole batch might not fit";
        if (scaled.Total + libraries > Careful * free)
        {
            return (libraries, scaled, example, unsure);
        }

        try
        {
            TrialReading whole = Of(all.Length);
            // What the eighth has taken the whole has used again.
            return (libraries, whole with { Encoder = whole.Encoder + reading.Total }, example, "measured");
        }
        catch (Exception exception) when (exception is System.Runtime.InteropServices.ExternalException or OutOfMemoryException)
        {
            return (libraries, scaled, example, unsure);
        }
    }

    /// <summary>Puts back what running encoder and loss changes.</summary>
    private T Undone<T>(Func<T> run)
    {
        using var modes = new ModuleModes(encoder);
        using var lossModes = new ModuleModes(loss);
        using var buffers = TensorCopies.OfBuffers(encoder, loss);
        using var draws = new GeneratorSnapshot(encoder, loss);
        using var scope = NewDisposeScope();
        var extras = encoder.modules().Prepend(encoder).Concat(loss.modules()).Where(m => m is not RandomSource).OfType<IExtraState>().Distinct(ReferenceEqualityComparer.Instance).Cast<IExtraState>()
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

    /// <summary>Reads growing batches of the first examples; the first reading only makes libtorch take what it keeps for itself.</summary>
    private (IReadOnlyList<ActivationReading> Readings, bool Exact, long Example) Measure()
    {
        using var meter = new ActivationMeter(encoder, loss, place.Device);
        int[] all = [.. Enumerable.Range(0, Math.Min(settings.BatchSize, MostExamples))];
        ActivationReading Once(Tensor batch, int n) => meter.Measure(batch.narrow(0, 0, n), (output, input) => step.Complete(output, input, all[..n]));
        ActivationReading Read(Tensor batch, int n) => Once(batch, n) is var first && (!meter.IsExact || first.Least >= 2 * GoodReading)
            ? first
            : ActivationReading.Median([first, .. Enumerable.Range(1, Repeats - 1).Select(_ => Once(batch, n))]);
        int most = Math.Min(settings.BatchSize, FewExamples);
        if (meter.IsExact)
        {
            using Tensor few = place.Take(data.GetBatch(all.AsSpan(0, most)));
            most = (int)Math.Clamp(most * Math.Ceiling(GoodReading / Math.Max(1, Once(few, most).Least)), most, all.Length);
        }

        Tensor batch = place.Take(data.GetBatch(all.AsSpan(0, most)));
        Once(batch, most);
        // What waits for the finalizer must not be freed in between.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        ActivationReading[] readings = [.. new[] { most / 4, most / 2, most }.Where(n => n >= 2 || n == most).Distinct().Select(n => Read(batch, n))];
        return (readings, meter.IsExact, Bytes([batch]) / most);
    }

    /// <summary>What glibc needs besides, by a rule that docs/benchmarks.md has the measurements for.</summary>
    private void Allocator(ActivationReading reading)
    {
        long[] weights = [.. encoder.parameters().Concat(loss.parameters()).Select(p => Bytes([p]))];
        double FromHeap(IReadOnlyCollection<long> blocks, double scale) =>
            blocks.Sum() is > 0 and var all ? (double)blocks.Where(bytes => bytes * scale < NativeMemory.MappedFrom).Sum() / all : 1;
        double scaled = (double)settings.BatchSize / reading.Examples, ofWeights = FromHeap(weights, 1), ofLoss = FromHeap([.. reading.LossLayers], scaled), ofEncoder = FromHeap([.. reading.Layers], scaled / settings.MicroBatches);
        List<MemoryPart> added = [.. _parts.Where(part => !part.IsThere && part.Bytes > 0)];
        double heap = added.Sum(part => part.Bytes!.Value * part.Name switch
        {
            "activations" => ofEncoder,
            "loss activations" or "backward pass" => ofLoss,
            _ => ofWeights,
        });
        long needed = added.Sum(part => part.Bytes!.Value);
        _parts.Add(new MemoryPart("allocator", (long)((BetweenBlocks * needed) + (InPieces * heap)), $"what lies between blocks, and what stays in pieces of the {MemoryPlan.Size((long)heap)} that come in blocks too small to be given back, by what was measured elsewhere"));
    }

    private MemoryPart Data() => Memory(data) is { } bytes
        ? new MemoryPart("data", bytes, $"{data.Count:N0} examples in memory") { IsThere = true }
        : new MemoryPart("data", null, $"{data.GetType().Name} does not tell what it holds") { IsThere = true };

    private static long? Memory(IBatchSource source) => source switch
    {
        InMemorySource all => all.Bytes,
        AugmentedSource augmented => Memory(augmented.Inner),
        _ => null,
    };

    private List<string> Advice()
    {
        var advice = new List<string>();
        foreach (MemoryPart part in _parts.Where(p => !p.IsThere && p.Bytes > 0).OrderByDescending(p => p.Bytes).Take(3))
        {
            string? what = part.Name switch
            {
                "activations" or "backward pass" => $"encode in parts with MicroBatches({Math.Max(2, settings.MicroBatches * 2)}) or take a smaller BatchSize",
                "loss activations" => "sample fewer locations in Local(locations: …), or take fewer units or a smaller BatchSize",
                "loss" or "gradients" or "optimizer" or "update" => "take fewer units in Local(units: …), or a smaller encoder",
                "averaged weights" => "do without AverageWeights()",
                "allocator" when _taken is null => "call NativeMemory.ReturnFreedBlocks() at the start of the program",
                "batches" => "make fewer batches ahead: Prefetch(ahead: …)",
                _ => null,
            };
            if (what is not null && !advice.Contains(what))
            {
                advice.Add(what);
            }
        }

        return advice;
    }

    private static long Bytes(nn.Module module) => Bytes(module.parameters().Concat(module.buffers()));

    private static long Bytes(IEnumerable<Tensor> tensors) => tensors.DistinctBy(t => t.Handle).Sum(t => t.numel() * t.element_size());
}
