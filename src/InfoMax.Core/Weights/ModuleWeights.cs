using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>
/// Saves the parameters and buffers of any module as a safetensors file, and loads them, under their own names or those of another
/// framework.
/// </summary>
/// <remarks>
/// Names are those of the module's <c>state_dict()</c>. The state of training (optimizer, position in the data) is not saved.
/// </remarks>
public static class ModuleWeights
{
    private const string Counter = "num_batches_tracked";

    /// <summary>Saves a module's parameters and buffers. The file is complete, or the old file stays.</summary>
    /// <param name="module">The module, on any device.</param>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="names">The names in the file; null for the module's. Names that the map leaves out are not saved.</param>
    /// <param name="metadata">Text to store beside the tensors, null for none.</param>
    /// <exception cref="ArgumentException">
    /// The map gives two of the module's names one name, or the module has a dtype that files cannot hold.
    /// </exception>
    /// <exception cref="CheckpointException">The file cannot be written. An old file stays as it was.</exception>
    public static void Save(nn.Module module, string path, NameMap? names = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        names ??= NameMap.Identity;
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        foreach ((string ours, Tensor own) in module.state_dict())
        {
            Tensor tensor = IsCounter(ours) && IsFloating(own.dtype) ? own.to(ScalarType.Int64) : own;
            if (names.Map(ours) is { } theirs && !tensors.TryAdd(theirs, tensor))
            {
                throw new ArgumentException(
                    $"Expected a map that gives every name another; \"{ours}\" is the second that becomes \"{theirs}\".", nameof(names));
            }
        }

        SafetensorsFile.Write(path, tensors, metadata);
    }

    /// <summary>
    /// Loads a module's parameters and buffers from a file. Everything is checked and read before the first value changes; on failure the
    /// module is unchanged. Floating-point values are converted to the module's dtype and device; integers may be widened to int64;
    /// integer counters of batch normalization (<c>num_batches_tracked</c>) load into any dtype.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="path">A safetensors file.</param>
    /// <param name="names">The names in the file; null for the module's. Names that the map leaves out keep their values.</param>
    /// <param name="ignoreUnexpected">
    /// Whether names in the file that the module does not have are ignored. By default they are a fault, unless the map ignores them.
    /// </param>
    /// <exception cref="CheckpointException">The file is missing, unreadable, damaged or of another format.</exception>
    /// <exception cref="WeightMismatchException">Names are missing or unexpected, or shapes or dtypes differ; all are listed.</exception>
    public static void Load(nn.Module module, string path, NameMap? names = null, bool ignoreUnexpected = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        List<(Tensor Target, string Name)> plan = Plan(module, path, file.Tensors, names, ignoreUnexpected);
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> values = plan.Select(step => step.Name).Distinct().ToDictionary(name => name, file.Load);
        Copy(plan, values);
    }

    /// <summary>Loads a module's parameters and buffers from tensors by name; checks and converts as the other overload.</summary>
    /// <param name="module">The module.</param>
    /// <param name="tensors">The tensors, on any device. They stay the caller's.</param>
    /// <param name="names">The names of the tensors; null for the module's. Names that the map leaves out keep their values.</param>
    /// <param name="ignoreUnexpected">
    /// Whether names that the module does not have are ignored. By default they are a fault, unless the map ignores them.
    /// </param>
    /// <exception cref="ArgumentException">A tensor is null or has been disposed.</exception>
    /// <exception cref="WeightMismatchException">Names are missing or unexpected, or shapes or dtypes differ; all are listed.</exception>
    public static void Load(
        nn.Module module, IReadOnlyDictionary<string, Tensor> tensors, NameMap? names = null, bool ignoreUnexpected = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(tensors);
        var described = new Dictionary<string, (ScalarType DType, IReadOnlyList<long> Shape)>(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in tensors)
        {
            TensorGuard.NotDisposed(tensor, name);
            described.Add(name, (tensor.dtype, tensor.shape));
        }

        Copy(Plan(module, "the given tensors", described, names, ignoreUnexpected), tensors);
    }

    private static List<(Tensor Target, string Name)> Plan(
        nn.Module module, string source, IReadOnlyDictionary<string, (
            ScalarType DType, IReadOnlyList<long> Shape)> found, NameMap? names, bool ignoreUnexpected)
    {
        names ??= NameMap.Identity;
        List<string> missing = [], mismatched = [];
        List<(Tensor Target, string Name)> plan = [];
        foreach ((string ours, Tensor target) in module.state_dict())
        {
            if (names.Map(ours) is not { } theirs)
            {
                continue;
            }

            plan.Add((target, theirs));
            if (!found.TryGetValue(theirs, out (ScalarType DType, IReadOnlyList<long> Shape) value))
            {
                missing.Add(theirs);
            }
            else if (!target.shape.SequenceEqual(value.Shape) || !Converts(value.DType, target.dtype, ours))
            {
                mismatched.Add(
                    $"{theirs}: expected {target.dtype} {TensorGuard.Shape(target.shape)}, found {value.DType} " +
                    $"{TensorGuard.Shape(value.Shape)}");
            }
        }

        var asked = plan.Select(step => step.Name).ToHashSet(StringComparer.Ordinal);
        List<string> unexpected = ignoreUnexpected ? [] : [.. found.Keys.Where(name => !asked.Contains(name) && !names.Ignores(name))];
        return missing.Count + mismatched.Count + unexpected.Count == 0
            ? plan
            : throw new WeightMismatchException(source, missing, unexpected, mismatched);
    }

    private static bool Converts(ScalarType from, ScalarType to, string ours) =>
        from == to
        || (IsFloating(from) && IsFloating(to))
        || (to == ScalarType.Int64 && IsSmaller(from))
        || (IsCounter(ours) && IsFloating(to) && (from == ScalarType.Int64 || IsSmaller(from)));

    /// <summary>
    /// TorchSharp counts the batches of a batch normalization in the dtype that it was made with; PyTorch, and so a file, in int64.
    /// </summary>
    private static bool IsCounter(string name) => name == Counter || name.EndsWith("." + Counter, StringComparison.Ordinal);

    private static bool IsSmaller(ScalarType dtype) => dtype is ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 or ScalarType.Byte;

    private static bool IsFloating(ScalarType dtype) =>
        dtype is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    private static void Copy(List<(Tensor Target, string Name)> plan, IReadOnlyDictionary<string, Tensor> values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((Tensor target, string name) in plan)
        {
            target.copy_(values[name]);
        }
    }
}
