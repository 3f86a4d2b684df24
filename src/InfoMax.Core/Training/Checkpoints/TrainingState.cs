using InfoMax.Encoders;
using InfoMax.Objectives;
using InfoMax.Randomness;
using InfoMax.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training.Checkpoints;

/// <summary>The state of a run in tensors, as the files of a checkpoint.</summary>
internal sealed class TrainingState
{
    private const string GlobalGenerator = "random/generator";
    private const string Averages = "averages/";
    private readonly Encoder _encoder;
    private readonly DimLoss _loss;
    private readonly optim.Optimizer _optimizer;
    private readonly MetricAverages _averages;
    private readonly WeightAverage? _weightAverage;
    private readonly Dictionary<IntPtr, string> _parameterNames = [];
    private readonly string[] _optimizerStates;
    private readonly (string Name, IExtraState State)[] _extras;

    public TrainingState(
        Encoder encoder,
        DimLoss loss,
        optim.Optimizer optimizer,
        MetricAverages averages,
        WeightAverage? weightAverage,
        IReadOnlyList<TrainingCallback> callbacks,
        Data.IBatchSource data)
    {
        (_encoder, _loss, _optimizer, _averages, _weightAverage) = (encoder, loss, optimizer, averages, weightAverage);
        foreach ((string prefix, nn.Module module) in new (string, nn.Module)[] { ("encoder.", encoder), ("loss.", loss) })
        {
            foreach ((string name, Parameter parameter) in module.named_parameters())
            {
                _parameterNames.TryAdd(parameter.Handle, prefix + name);
            }
        }

        foreach ((int i, Parameter parameter) in optimizer.parameters().Index())
        {
            _parameterNames.TryAdd(parameter.Handle, $"other.{i}");
        }

        using (NewDisposeScope())
        {
            _optimizerStates = [.. OptimizerWeights.Read(optimizer, _parameterNames).Keys];
        }

        IEnumerable<(string Name, object Object)> all = Modules("encoder", encoder).Concat(Modules("loss", loss))
            .Concat(callbacks.Select((c, i) => (c.StateName ?? $"callback_{i}", (object)c))).Append(("data", data));
        _extras = [.. all.Where(k => k.Object is IExtraState).DistinctBy(k => k.Object, ReferenceEqualityComparer.Instance)
            .Select(k => (k.Name, (IExtraState)k.Object))];
    }

    /// <summary>Writes the files.</summary>
    public void Save(string folder, CheckpointManifest manifest)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        ModuleWeights.Save(_encoder, Path.Combine(folder, Checkpoint.EncoderFile));
        ModuleWeights.Save(_loss, Path.Combine(folder, Checkpoint.LossFile));
        SafetensorsFile.Write(Path.Combine(folder, Checkpoint.OptimizerFile), OptimizerWeights.Read(_optimizer, _parameterNames));
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [GlobalGenerator] = random.get_rng_state() };
        foreach ((string name, IExtraState extra) in _extras)
        {
            foreach ((string key, Tensor value) in extra.GetExtraState())
            {
                state.Add($"{name}/{key}", value);
            }
        }

        foreach ((string name, Tensor sum) in _averages.Sums)
        {
            state.Add(Averages + name, sum);
        }

        SafetensorsFile.Write(Path.Combine(folder, Checkpoint.StateFile), state);
        if (_weightAverage is not null)
        {
            SafetensorsFile.Write(Path.Combine(folder, Checkpoint.AverageFile), _weightAverage.Values);
        }

        CheckpointFolder.WriteFlushed(Path.Combine(folder, CheckpointManifest.FileName), manifest.ToBytes());
    }

    /// <summary>
    /// Loads the files of a checkpoint. The encoder comes last, before generators, so that a checkpoint of another run leaves it unchanged.
    /// </summary>
    /// <exception cref="CheckpointException">
    /// The run of the checkpoint is built differently, or the checkpoint has become unreadable.
    /// </exception>
    public void Load(Checkpoint checkpoint)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Fitting(checkpoint.PathOf(Checkpoint.LossFile), path => ModuleWeights.Load(_loss, path));
        string optimizer = checkpoint.PathOf(Checkpoint.OptimizerFile);
        Dictionary<string, Tensor> states = ReadAll(optimizer);
        // A new optimizer has states that it always needs, such as the largest squares of AMSGrad.
        IReadOnlyList<string> faults = [.. _optimizerStates.Where(name => !states.ContainsKey(name)).Select(name => $"{name} is missing")];
        faults = faults.Count > 0 ? faults : OptimizerWeights.Write(_optimizer, _parameterNames, states);
        if (faults.Count > 0)
        {
            throw new CheckpointException(
                optimizer, $"its optimizer does not fit this run's: " +
                    $"{string.Join("; ", faults.Take(20))}{(faults.Count > 20 ? "; …" : "")}.");
        }

        string average = checkpoint.PathOf(Checkpoint.AverageFile);
        if (_weightAverage is not null)
        {
            if (!checkpoint.HasAverage)
            {
                throw new CheckpointException(average, "expected averaged weights, since this run averages weights, found none.");
            }

            Fitting(average, path => Copy(ReadAll(path), _weightAverage.Values, path));
        }

        string stateFile = checkpoint.PathOf(Checkpoint.StateFile);
        Dictionary<string, Tensor> state = ReadAll(stateFile);
        Fitting(checkpoint.PathOf(Checkpoint.EncoderFile), path => ModuleWeights.Load(_encoder, path));
        Fitting(stateFile, _ => RestoreState(state, checkpoint.Manifest.AveragedSteps));
    }

    private void RestoreState(Dictionary<string, Tensor> state, int averagedSteps)
    {
        foreach ((string name, IExtraState extra) in _extras)
        {
            extra.SetExtraState(Under(state, name + "/"));
        }

        Dictionary<string, Tensor> sums = Under(state, Averages);
        if (sums.Values.Any(sum => sum.dtype != ScalarType.Float64 || sum.dim() != 0))
        {
            throw new ArgumentException("Expected sums of metrics to be float64 scalars.");
        }

        _averages.Restore(sums, averagedSteps, _optimizer.parameters().First().device);
        GeneratorState.Set(Generator.Default, state.GetValueOrDefault(GlobalGenerator), "state");
    }

    private static Dictionary<string, Tensor> Under(Dictionary<string, Tensor> state, string prefix) =>
        state.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(s => s.Key[prefix.Length..], s => s.Value);

    private static void Copy(Dictionary<string, Tensor> from, IReadOnlyDictionary<string, Tensor> to, string path)
    {
        bool Fits(KeyValuePair<string, Tensor> t) => t.Value.shape.SequenceEqual(from[t.Key].shape) && t.Value.dtype == from[t.Key].dtype;
        if (!from.Keys.ToHashSet().SetEquals(to.Keys) || !to.All(Fits))
        {
            throw new CheckpointException(path, "its averaged weights have other names or shapes than this run's encoder.");
        }

        foreach ((string name, Tensor target) in to)
        {
            target.copy_(from[name]);
        }
    }

    private static Dictionary<string, Tensor> ReadAll(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Tensors.Keys.ToDictionary(name => name, file.Load);
    }

    private static void Fitting(string path, Action<string> load)
    {
        try
        {
            load(path);
        }
        catch (Exception e) when (e is WeightMismatchException or ArgumentException)
        {
            throw new CheckpointException(path, $"it does not fit this run: {e.Message}", e);
        }
    }

    private static IEnumerable<(string, object)> Modules(string root, nn.Module module) =>
        module.named_modules().Select(m => ($"{root}.{m.name}", (object)m.module)).Prepend((root, module));
}
