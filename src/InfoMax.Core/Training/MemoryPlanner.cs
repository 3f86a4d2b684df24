using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation;
using InfoMax.Exchange;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>Finds out what memory a run will need: it encodes a few examples as a step would, and puts back all that this changes.</summary>
internal sealed class MemoryPlanner(
    Encoder encoder, DimLoss loss, IBatchSource data, TrainerSettings settings, optim.Optimizer optimizer, Device device, ScalarType dtype, Func<EncoderOutput, Tensor, int[], EncoderOutput> complete)
{
    /// <summary>Examples to begin with, and the most where those leave next to nothing.</summary>
    private const int FewExamples = 16, MostExamples = 128;

    /// <summary>What a reading should have: the compiler, at work in the background, takes and gives back a megabyte or two of the same heap.</summary>
    private const double GoodReading = 16 << 20;

    private const int Repeats = 3;

    /// <summary>What is needed besides, of all, and of what comes from the heap.</summary>
    private const double BetweenBlocks = 0.12, InPieces = 0.9;

    private readonly List<MemoryPart> _parts = [];

    public MemoryPlan Plan()
    {
        using var scope = NewDisposeScope();
        (IReadOnlyList<ActivationReading> readings, bool exact, long example) = Measure();
        int parts = settings.MicroBatches, batch = settings.BatchSize;
        long trainable = Bytes(encoder.parameters().Concat(loss.parameters()).Where(p => p.requires_grad));
        _parts.Add(new MemoryPart("encoder", Bytes(encoder), $"its weights and running statistics, {encoder.parameters().Sum(p => p.numel()):N0} numbers that are trained") { IsThere = true });
        _parts.Add(new MemoryPart("loss", Bytes(loss), $"weights of critics and discriminators, {loss.parameters().Sum(p => p.numel()):N0} numbers"));
        _parts.Add(new MemoryPart("gradients", trainable, "one number for each weight"));
        Optimizer(trainable);
        if (settings.AverageDecay is not null)
        {
            _parts.Add(new MemoryPart("averaged weights", Bytes(encoder), "a second copy of the encoder"));
        }

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
        _parts.Add(new MemoryPart("update", update, $"what an optimiser such as Adam computes for all weights at once, {MemoryPlan.Size(2 * trainable)}, beyond what activations have left free"));
        int ahead = settings.FeedWorkers > 0 ? settings.FeedAhead : 0;
        _parts.Add(new MemoryPart("batches", example * batch * (1 + ahead), ahead == 0 ? "the batch of a step" : $"the batch of a step and {ahead} made ahead"));
        _parts.Add(Data());
        if (settings.Divergence.MaySkip)
        {
            _parts.Add(new MemoryPart("copies of running statistics", Bytes(encoder.buffers().Concat(loss.buffers())), "put back if a batch is left out"));
        }

        if (settings.Checkpoints is not null)
        {
            _parts.Add(new MemoryPart("checkpoints", device.type == TorchSharp.DeviceType.CPU ? 0 : encoder.parameters().Concat(loss.parameters()).Max(p => Bytes([p])), "written tensor by tensor, each copied from the device if it is not the CPU"));
        }

        if (exact)
        {
            Allocator(readings[^1]);
        }

        (long? available, string reason) = AvailableMemory.For(device);
        return new MemoryPlan(_parts, available, reason, Advice());
    }

    /// <summary>Reads growing batches of the first examples; the first reading only makes libtorch take what it keeps for itself.</summary>
    private (IReadOnlyList<ActivationReading> Readings, bool Exact, long Example) Measure()
    {
        using var modes = new ModuleModes(encoder);
        using var lossModes = new ModuleModes(loss);
        using var buffers = new BufferSnapshot(encoder, loss);
        using var draws = new GeneratorSnapshot(encoder, loss);
        using var scope = NewDisposeScope();
        var extras = encoder.modules().Prepend(encoder).Concat(loss.modules()).Where(m => m is not RandomSource).OfType<IExtraState>().Distinct(ReferenceEqualityComparer.Instance).Cast<IExtraState>()
            .Select(state => (State: state, Kept: state.GetExtraState())).ToList();
        try
        {
            encoder.train();
            loss.train();
            using var meter = new ActivationMeter(encoder, loss, device);
            int[] all = [.. Enumerable.Range(0, Math.Min(settings.BatchSize, MostExamples))];
            ActivationReading Once(Tensor batch, int n) => meter.Measure(batch.narrow(0, 0, n), (output, input) => complete(output, input, all[..n]));
            ActivationReading Read(Tensor batch, int n) => Once(batch, n) is var first && (!meter.IsExact || first.Least >= 2 * GoodReading)
                ? first
                : ActivationReading.Median([first, .. Enumerable.Range(1, Repeats - 1).Select(_ => Once(batch, n))]);
            int most = Math.Min(settings.BatchSize, FewExamples);
            if (meter.IsExact)
            {
                using Tensor few = LossBuilder.ToDevice(data.GetBatch(all.AsSpan(0, most)), device, dtype);
                most = (int)Math.Clamp(most * Math.Ceiling(GoodReading / Math.Max(1, Once(few, most).Least)), most, all.Length);
            }

            Tensor batch = LossBuilder.ToDevice(data.GetBatch(all.AsSpan(0, most)), device, dtype);
            Once(batch, most);
            // What waits for the finaliser must not be freed in between.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            ActivationReading[] readings = [.. new[] { most / 4, most / 2, most }.Where(n => n >= 2 || n == most).Distinct().Select(n => Read(batch, n))];
            return (readings, meter.IsExact, Bytes([batch]) / most);
        }
        finally
        {
            buffers.Restore();
            extras.ForEach(extra => extra.State.SetExtraState(extra.Kept));
            draws.Restore();
        }
    }

    private void Optimizer(long trainable)
    {
        (long? bytes, string reason) = OptimizerWeights.Size(optimizer, trainable);
        _parts.Add(new MemoryPart("optimiser", bytes, reason));
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
                "loss" or "gradients" or "optimiser" or "update" => "take fewer units in Local(units: …), or a smaller encoder",
                "averaged weights" => "do without AverageWeights()",
                "allocator" => "call NativeMemory.ReturnFreedBlocks() at the start of the program",
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
