using System.Reflection;
using InfoMax.Foundation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training.Checkpoints;

/// <summary>
/// The states of TorchSharp's optimizers for each parameter (moments, counts of steps) as named tensors. They are the public fields of the
/// state objects, so that every optimizer is covered and Python can read them.
/// </summary>
/// <remarks>Names are "parameter/field", such as "encoder.conv_1.conv.weight/exp_avg". Numbers are scalars, int64 or float64.</remarks>
internal static class OptimizerWeights
{
    private const char Separator = '/';
    private static readonly Type[] FieldTypes = [typeof(Tensor), typeof(long), typeof(int), typeof(double)];

    /// <summary>Whether an optimizer's state can be read.</summary>
    public static bool CanRead(optim.Optimizer optimizer) => optimizer is OptimizerHelper;

    /// <summary>The state. Tensors of the optimizer stay its own; scalars belong to the caller's scope.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="nameOf">Names of its parameters by their handles.</param>
    public static Dictionary<string, Tensor> Read(optim.Optimizer optimizer, IReadOnlyDictionary<IntPtr, string> nameOf)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string parameter, OptimizerState state) in States(optimizer, nameOf))
        {
            foreach (FieldInfo field in Fields(state))
            {
                Tensor? value = field.GetValue(state) switch
                {
                    Tensor t => t,
                    long i => tensor(i),
                    int i => tensor((long)i),
                    double d => tensor(d, ScalarType.Float64),
                    _ => null,
                };
                if (value is not null)
                {
                    tensors.Add(parameter + Separator + field.Name, value);
                }
            }
        }

        return tensors;
    }

    /// <summary>Loads a state; everything is checked before the first number changes.</summary>
    /// <returns>The faults; if there are any, nothing has changed.</returns>
    public static IReadOnlyList<string> Write(
        optim.Optimizer optimizer, IReadOnlyDictionary<IntPtr, string> nameOf, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var faults = new List<string>();
        var changes = new List<Action>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<string, Parameter> parameters = optimizer.parameters().ToDictionary(p => nameOf[p.Handle]);
        foreach ((string parameter, OptimizerState state) in States(optimizer, nameOf))
        {
            foreach (FieldInfo field in Fields(state))
            {
                string name = parameter + Separator + field.Name;
                known.Add(name);
                Plan(state, field, name, tensors.GetValueOrDefault(name), parameters[parameter], faults, changes);
            }
        }

        faults.AddRange(tensors.Keys.Where(name => !known.Contains(name)).Select(name => $"{name} is unexpected"));
        if (faults.Count == 0)
        {
            changes.ForEach(change => change());
        }

        return faults;
    }

    /// <summary>Bytes of an optimizer's state; null if unknown.</summary>
    /// <param name="optimizer">The optimizer, new.</param>
    /// <param name="trained">Bytes of the weights that it trains.</param>
    public static (long? Bytes, bool IsAllocated, string Reason) Size(optim.Optimizer optimizer, long trained)
    {
        string name = optimizer.GetType().Name;
        if (optimizer is not OptimizerHelper helper)
        {
            return (null, false, $"{name} does not show its state");
        }

        Tensor?[][] kept =
        [
            .. helper.state_dict().State.Select(
                state => Fields(state).Where(f => f.FieldType == typeof(Tensor)).Select(f => (Tensor?)f.GetValue(state)).ToArray()),
        ];
        long bytes = kept.SelectMany(tensors => tensors).OfType<Tensor>().Sum(t => t.numel() * t.element_size());
        if (bytes > 0 || kept.Length == 0 || helper is optim.IMomentum { Momentum: 0 })
        {
            return (bytes, true, $"state of {name} for each weight");
        }

        return (trained * kept[0].Length, false, $"state that {name} makes at its first step, at most");
    }

    private static void Plan(
        OptimizerState state, FieldInfo field, string name, Tensor? saved, Parameter parameter, List<string> faults, List<Action> changes)
    {
        object? now = field.GetValue(state);
        if (field.FieldType != typeof(Tensor))
        {
            bool whole = field.FieldType == typeof(long) || field.FieldType == typeof(int);
            if (saved is null || saved.numel() != 1 || saved.dtype != (whole ? ScalarType.Int64 : ScalarType.Float64))
            {
                faults.Add($"{name}: expected one number, found {(saved is null ? "none" : TensorGuard.Describe(saved))}");
                return;
            }

            if (field.FieldType == typeof(int) && saved.item<long>() is < int.MinValue or > int.MaxValue)
            {
                faults.Add($"{name}: expected a number of 32 bits, found {saved.item<long>()}");
                return;
            }

            object value = field.FieldType == typeof(int) ? (int)saved.item<long>()
                : whole ? (object)saved.item<long>() : saved.item<double>();
            changes.Add(() => field.SetValue(state, value));
            return;
        }

        // A new optimizer does not have the tensors yet that it makes at its first step.
        Tensor like = now as Tensor ?? parameter;
        if (saved is not null && (!saved.shape.SequenceEqual(like.shape) || saved.dtype != like.dtype))
        {
            faults.Add($"{name}: expected {TensorGuard.Describe(like)}, found {TensorGuard.Describe(saved)}");
            return;
        }

        changes.Add(() => Put(state, field, saved, parameter.device));
    }

    private static void Put(OptimizerState state, FieldInfo field, Tensor? saved, Device device)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (field.GetValue(state) is Tensor there)
        {
            if (saved is not null)
            {
                there.copy_(saved);
                return;
            }

            there.Dispose();
        }

        field.SetValue(state, saved?.to(device, copy: true).DetachFromDisposeScope());
    }

    private static IEnumerable<(string Parameter, OptimizerState State)> States(
        optim.Optimizer optimizer, IReadOnlyDictionary<IntPtr, string> nameOf) =>
        optimizer.parameters().Select(p => nameOf[p.Handle]).Zip(((OptimizerHelper)optimizer).state_dict().State);

    private static IEnumerable<FieldInfo> Fields(OptimizerState state) => state.GetType()
        .GetFields(BindingFlags.Public | BindingFlags.Instance).Where(f => FieldTypes.Contains(f.FieldType));
}
