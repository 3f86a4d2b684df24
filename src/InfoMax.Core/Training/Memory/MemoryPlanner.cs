using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Objectives;
using InfoMax.Training.Checkpoints;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>
/// Plans the memory of a run: on the CPU it encodes a few examples as a step would, on a GPU it tries a step. <see cref="StepMeasurement"/>
/// restores everything that this changes.
/// </summary>
internal sealed class MemoryPlanner(
    Encoder encoder,
    DimLoss loss,
    IBatchSource data,
    TrainerSettings settings,
    optim.Optimizer optimizer,
    EncoderPlace place,
    TrainingStep step,
    Func<long>? taken = null)
{
    /// <summary>Overhead of the allocator: share of all memory, and of memory from the heap.</summary>
    private const double BetweenBlocks = 0.12, InPieces = 0.9;

    private const string FewerUnits = "take fewer units in Local(units: …), or a smaller encoder";

    private readonly string _microBatches =
        $"encode in parts with MicroBatches({Math.Max(2, settings.MicroBatches * 2)}) or take a smaller BatchSize";

    private readonly Func<long>? _taken = taken ?? CudaMemory.Taken(place.Device);
    private readonly List<MemoryPart> _parts = [];

    public MemoryPlan Plan()
    {
        using var scope = NewDisposeScope();
        (long? available, string reason) = AvailableMemory.For(place.Device);
        long trainable = Bytes(encoder.parameters().Concat(loss.parameters()).Where(p => p.requires_grad));
        Add(new MemoryPart(
            "encoder", Bytes(encoder), $"weights and running statistics, {encoder.parameters().Sum(p => p.numel()):N0} trained numbers")
        {
            IsAllocated = true,
        });
        Add("loss", Bytes(loss), $"weights of critics and discriminators, {loss.parameters().Sum(p => p.numel()):N0} numbers", FewerUnits);
        if (settings.AverageDecay is not null)
        {
            Add("averaged weights", Bytes(encoder), "a second copy of the encoder", "omit AverageWeights()");
        }

        if (settings.EarlyStop is { RestoreBest: true })
        {
            Add("best weights", Bytes(encoder), "a copy of the encoder, for early stopping", "use EarlyStopping(…, restoreBest: false)");
        }

        var measurement = new StepMeasurement(encoder, loss, data, settings, place, step);
        if (_taken is not null && available is { } free)
        {
            AddTrial(measurement.Try(_taken, free, Copies(trainable)), trainable);
        }
        else
        {
            AddReadings(measurement.Read(), trainable);
        }

        AddRest();
        return new MemoryPlan(_parts, available, reason, Advice());
    }

    internal static long Bytes(IEnumerable<Tensor> tensors) => tensors.DistinctBy(t => t.Handle).Sum(t => t.numel() * t.element_size());

    /// <summary>Parts of a step as measured on some examples, or counted.</summary>
    private void AddReadings(StepReadings step, long trainable)
    {
        IReadOnlyList<ActivationReading> readings = step.Readings;
        int parts = settings.MicroBatches, batch = settings.BatchSize;
        Add("gradients", trainable, "one number for each weight", FewerUnits);
        (long? state, _, string keeps) = OptimizerWeights.Size(optimizer, trainable);
        Add("optimizer", state, keeps, FewerUnits);
        string how = step.IsExact
            ? $"measured on {readings[^1].Examples} examples"
            : $"outputs of layers, counted on {readings[^1].Examples} examples";
        long encoded = ActivationReading.Extrapolate(readings, r => r.Encoder, batch / parts);
        long backward = ActivationReading.Extrapolate(readings, r => r.Backward, batch);
        long outputs = parts == 1 ? 0 : ActivationReading.Extrapolate(readings, r => (2 * r.Outputs) + r.Graded, batch);
        long lost = ActivationReading.Extrapolate(readings, r => r.Loss, batch, pairs: true);
        string activations = parts == 1
            ? $"what the encoder keeps of {batch} examples for the backward pass, {how}"
            : $"what the encoder keeps of {batch / parts} examples, a {parts}th of the batch, for the backward pass, and its output for " +
                $"all {batch}, in parts, joined, and as gradients, {how}";
        Add("activations", encoded + outputs, activations, _microBatches, MemoryBlocks.Encoder);
        Add(
            "loss activations",
            lost,
            $"what the loss keeps of {batch} examples, including gradients that it computes in advance, {how}",
            "sample fewer locations in Local(locations: …), or take fewer units or a smaller BatchSize",
            MemoryBlocks.Loss);
        Add("backward pass", backward, "gradients of the largest layers' inputs and outputs", _microBatches, MemoryBlocks.Loss);
        long update = Math.Max(0, (2 * trainable) - encoded - outputs - lost - backward);
        Add(
            "update",
            update,
            $"what an optimizer such as Adam computes for all weights at once, {MemoryPlan.Size(2 * trainable)}, beyond the memory that " +
            $"activations have freed",
            FewerUnits);
        int ahead = settings.FeedWorkers > 0 ? settings.FeedAhead : 0;
        string batches = ahead == 0 ? "the batch of a step" : $"the batch of a step and {ahead} made ahead";
        Add("batches", step.ExampleBytes * batch * (1 + ahead), batches, "make fewer batches ahead: Prefetch(ahead: …)");
        if (step.IsExact)
        {
            AddAllocator(readings[^1]);
        }
    }

    /// <summary>Parts of a step as tried, on a device whose allocator keeps freed memory.</summary>
    private void AddTrial(StepTrialResult trial, long trainable)
    {
        TrialReading reading = trial.Reading;
        (long? kept, bool made, string keeps) = OptimizerWeights.Size(optimizer, trainable);
        int batch = settings.BatchSize;
        // What is made at the first step may reuse memory that is free then.
        long gradients = Math.Min(trainable, reading.Backward), state = made ? 0 : Math.Min(kept ?? 0, reading.Afterwards);
        Add("libraries", trial.Libraries, "programs and working space that libtorch loads when a step first needs them");
        string activations = settings.MicroBatches == 1
            ? $"what the encoder takes for {batch} examples, {trial.How}"
            : $"what the encoder takes for {batch} examples in {settings.MicroBatches} parts, without their graphs, {trial.How}";
        Add("activations", reading.Encoder, activations, _microBatches, MemoryBlocks.Encoder);
        Add(
            "loss activations",
            reading.Loss,
            $"what the loss takes beyond that, {trial.How}",
            "sample fewer locations in Local(locations: …), or take fewer units or a smaller BatchSize",
            MemoryBlocks.Loss);
        string reused = $"{MemoryPlan.Size(trainable)}, beyond what is free then";
        Add("gradients", gradients, $"one number for each weight{(gradients < trainable ? ", " + reused : string.Empty)}", FewerUnits);
        Add("backward pass", reading.Backward - gradients, $"what it takes beyond all that, {trial.How}", _microBatches, MemoryBlocks.Loss);
        Add(
            "optimizer",
            made || kept is null ? kept : state,
            !made && state < kept ? $"{keeps}, {MemoryPlan.Size(kept)}, beyond what is free then" : keeps,
            FewerUnits);
        Add("allocator", reading.Afterwards - state, $"what the next step takes since its blocks are in other places, {trial.How}");
        Add(
            "batches",
            trial.ExampleBytes * batch,
            "the batch of a step; batches made ahead are in the memory of the CPU",
            "make fewer batches ahead: Prefetch(ahead: …)");
    }

    private void AddRest()
    {
        long? held = (data as IMemoryHolder)?.HeldBytes;
        Add(new MemoryPart("data", held, held is null ? $"{data.GetType().Name} does not report it" : $"{data.Count:N0} examples in memory")
        {
            IsAllocated = true,
        });
        if (settings.Divergence.MaySkip)
        {
            Add("copies of running statistics", Bytes(encoder.buffers().Concat(loss.buffers())), "restored if a batch is skipped");
        }

        if (settings.Checkpoints is not null)
        {
            long largest = encoder.parameters().Concat(loss.parameters()).Max(p => Bytes([p]));
            Add(
                "checkpoints",
                place.Device.type == TorchSharp.DeviceType.CPU ? 0 : largest,
                "written tensor by tensor, each copied from the device if it is not the CPU");
        }
    }

    /// <summary>glibc's overhead, by a rule that docs/results/benchmarks.md has the measurements for.</summary>
    private void AddAllocator(ActivationReading reading)
    {
        static double FromHeap(IReadOnlyCollection<long> blocks, double scale) =>
            blocks.Sum() is > 0 and var all ? (double)blocks.Where(bytes => bytes * scale < NativeMemory.MappedFrom).Sum() / all : 1;
        double scaled = (double)settings.BatchSize / reading.Examples;
        var shares = new Dictionary<MemoryBlocks, double>
        {
            [MemoryBlocks.Weights] = FromHeap([.. encoder.parameters().Concat(loss.parameters()).Select(p => Bytes([p]))], 1),
            [MemoryBlocks.Encoder] = FromHeap([.. reading.Layers], scaled / settings.MicroBatches),
            [MemoryBlocks.Loss] = FromHeap([.. reading.LossLayers], scaled),
        };
        List<MemoryPart> added = [.. _parts.Where(part => !part.IsAllocated && part.Bytes > 0)];
        double heap = added.Sum(part => part.Bytes!.Value * shares[part.Blocks]);
        long needed = added.Sum(part => part.Bytes!.Value);
        Add(
            "allocator",
            (long)((BetweenBlocks * needed) + (InPieces * heap)),
            $"gaps between blocks, and fragments of the {MemoryPlan.Size((long)heap)} in blocks too small to be returned, by a rule " +
            $"from other measurements",
            "call NativeMemory.ReturnFreedBlocks() at the start of the program");
    }

    /// <summary>How many tensors of the weights' size the optimizer makes at its first step.</summary>
    private int Copies(long trainable)
    {
        (long? kept, bool made, _) = OptimizerWeights.Size(optimizer, trainable);
        return made || trainable == 0 ? 0 : (int)((kept ?? 0) / trainable);
    }

    private List<string> Advice() => [.. _parts.Where(p => !p.IsAllocated && p.Bytes > 0).OrderByDescending(p => p.Bytes).Take(3)
        .Select(p => p.Advice).OfType<string>().Distinct()];

    private void Add(string name, long? bytes, string reason, string? advice = null, MemoryBlocks blocks = MemoryBlocks.Weights) =>
        Add(new MemoryPart(name, bytes, reason) { Advice = advice, Blocks = blocks });

    private void Add(MemoryPart part) => _parts.Add(part);

    private static long Bytes(nn.Module module) => Bytes(module.parameters().Concat(module.buffers()));
}
