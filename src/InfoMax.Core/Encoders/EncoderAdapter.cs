using InfoMax.Foundation;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// Makes an encoder from your own network: from two modules in a row (the first gives the local feature map, the second the global vector
/// from it); from any module and the names of submodules
/// (<see cref="FromTaps(nn.Module{Tensor, Tensor}, string, string?, IReadOnlyList{string}?, IReadOnlyList{long}?, bool)"/>); or from any
/// module and a function that runs it.
/// </summary>
/// <remarks>
/// <para>The adapter owns and disposes the given modules. Their parameters are saved under "module" (or "local" and "global").</para>
/// <para>
/// TorchSharp 0.107 does not initialize the weights of a <c>GroupNorm</c>: set them with <c>nn.init.ones_(norm.weight)</c> and
/// <c>nn.init.zeros_(norm.bias)</c>, or load weights. The first call of an encoder throws if they evidently hold unset memory.
/// </para>
/// </remarks>
public sealed class EncoderAdapter : Encoder
{
    private readonly IReadOnlyList<long>? _inputShape;

    [ComponentName(Name = "module")]
    private readonly nn.Module? _module;

    [ComponentName(Name = "local")]
    private readonly nn.Module<Tensor, Tensor>? _local;

    [ComponentName(Name = "global")]
    private readonly nn.Module<Tensor, Tensor>? _global;

    private readonly Func<Tensor, EncoderOutput> _encode;

    /// <summary>Two modules in a row.</summary>
    /// <param name="local">From inputs <c>[N, …]</c> to the local feature map <c>[N, C, *spatial]</c>. Owned by the adapter.</param>
    /// <param name="global">
    /// From the local feature map to the global vector <c>[N, D]</c> (or <c>[N, D, K]</c>). Owned by the adapter.
    /// </param>
    /// <param name="inputShape">Required shape of one example, −1 for any size; null for no check.</param>
    /// <param name="takesIndices">Whether inputs are int64 (such as ids of tokens) and not of the parameters' dtype.</param>
    public EncoderAdapter(nn.Module<Tensor, Tensor> local, nn.Module<Tensor, Tensor> global, IReadOnlyList<long>? inputShape = null,
        bool takesIndices = false)
        : base(nameof(EncoderAdapter))
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(global);
        _local = local;
        _global = global;
        _inputShape = inputShape;
        TakesIndices = takesIndices;
        _encode = input =>
        {
            Tensor map = Fresh(local.call(input), input);
            return new EncoderOutput(Map(map, nameof(local)), Global(Fresh(global.call(map), map), map));
        };
        RegisterComponents();
    }

    /// <summary>Any module, with a function that runs it and names its outputs.</summary>
    /// <param name="module">The module that holds the parameters. Owned by the adapter.</param>
    /// <param name="encode">
    /// Maps inputs <c>[N, …]</c> to the local feature map, the global vector and optional named features. Runs inside a dispose scope; must
    /// not return the input itself.
    /// </param>
    /// <param name="inputShape">Required shape of one example, −1 for any size; null for no check.</param>
    /// <param name="takesIndices">Whether inputs are int64 (such as ids of tokens) and not of the parameters' dtype.</param>
    public EncoderAdapter(
        nn.Module module, Func<Tensor, EncoderOutput> encode, IReadOnlyList<long>? inputShape = null, bool takesIndices = false)
        : base(nameof(EncoderAdapter))
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(encode);
        _module = module;
        _encode = encode;
        _inputShape = inputShape;
        TakesIndices = takesIndices;
        RegisterComponents();
    }

    /// <summary>
    /// A sequential module: the outputs of two named layers are the local feature map and the global vector.
    /// </summary>
    /// <param name="layers">The layers in order. Owned by the adapter.</param>
    /// <param name="localTap">Name of the layer whose output is the local feature map <c>[N, C, *spatial]</c>.</param>
    /// <param name="globalTap">
    /// Name of the layer whose output is the global vector <c>[N, D]</c>; at or after the local one. Layers after it do not run.
    /// </param>
    /// <param name="featureTaps">Names of layers up to the global tap whose outputs become features for probes, under these names.</param>
    /// <param name="inputShape">Required shape of one example, −1 for any size; null for no check.</param>
    /// <param name="takesIndices">Whether inputs are int64 (such as ids of tokens) and not of the parameters' dtype.</param>
    /// <returns>The encoder; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">
    /// There is no layer of a name, the global tap comes before the local one, or a feature tap after the global one.
    /// </exception>
    public static EncoderAdapter FromTaps(
        TorchSharp.Modules.Sequential layers,
        string localTap,
        string globalTap,
        IReadOnlyList<string>? featureTaps = null,
        IReadOnlyList<long>? inputShape = null,
        bool takesIndices = false)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var children = layers.named_children().Select(c => (c.name, module: (nn.Module<Tensor, Tensor>)c.module)).ToArray();
        string[] names = [.. children.Select(c => c.name)];
        int Position(string tap, string argument)
        {
            int position = Array.IndexOf(names, tap);
            return position >= 0 ? position
                : throw new ArgumentException($"Expected the name of a layer, one of {string.Join(", ", names)}; got \"{tap}\".", argument);
        }

        int local = Position(localTap, nameof(localTap)), global = Position(globalTap, nameof(globalTap));
        if (global < local)
        {
            throw new ArgumentException(
                $"Expected a layer at or after \"{localTap}\", got \"{globalTap}\", which comes before it.", nameof(globalTap));
        }

        var taps = (featureTaps ?? []).Distinct().ToDictionary(tap => tap, tap => Position(tap, nameof(featureTaps)));
        if (taps.FirstOrDefault(tap => tap.Value > global).Key is { } late)
        {
            throw new ArgumentException(
                $"Expected layers at or before \"{globalTap}\", after which none runs, got \"{late}\".", nameof(featureTaps));
        }

        return new EncoderAdapter(
            layers,
            input =>
            {
                var outputs = new Tensor[global + 1];
                Tensor current = input;
                for (int layer = 0; layer <= global; layer++)
                {
                    outputs[layer] = current = Fresh(children[layer].module.call(current), current);
                }

                var features = taps.ToDictionary(t => t.Key, t => outputs[t.Value]);
                return new EncoderOutput(Map(outputs[local], nameof(localTap)), Global(outputs[global], outputs[local]), features);
            },
            inputShape,
            takesIndices);
    }

    /// <summary>
    /// Any module: the outputs of named submodules, at any depth, are the local feature map, the global vector and features. Forward hooks
    /// copy them while the module runs.
    /// </summary>
    /// <remarks>
    /// A submodule that runs several times in one pass gives its last output. Gradients flow through the copies. One thread at a time may
    /// run the encoder.
    /// </remarks>
    /// <param name="module">The module. Owned by the adapter.</param>
    /// <param name="localTap">
    /// Dotted name, as in <c>named_modules()</c> ("layer2.1.conv1"), of the submodule whose output is the local feature map
    /// <c>[N, C, *spatial]</c>.
    /// </param>
    /// <param name="globalTap">
    /// Dotted name of the submodule whose output is the global vector <c>[N, D]</c> or <c>[N, D, K]</c>; null (the default) for the output
    /// of the module itself.
    /// </param>
    /// <param name="featureTaps">Dotted names of submodules whose outputs become features for probes, under these names.</param>
    /// <param name="inputShape">Required shape of one example, −1 for any size; null for no check.</param>
    /// <param name="takesIndices">Whether inputs are int64 (such as ids of tokens) and not of the parameters' dtype.</param>
    /// <returns>
    /// The encoder; the caller disposes it. It throws <see cref="InvalidOperationException"/> when called if a tapped submodule does not
    /// run.
    /// </returns>
    /// <exception cref="ArgumentException">There is no submodule of a name, or it does not give one tensor.</exception>
    public static EncoderAdapter FromTaps(
        nn.Module<Tensor, Tensor> module,
        string localTap,
        string? globalTap = null,
        IReadOnlyList<string>? featureTaps = null,
        IReadOnlyList<long>? inputShape = null,
        bool takesIndices = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        (string, string)[] named = [(localTap, nameof(localTap)), .. (featureTaps ?? []).Select(tap => (tap, nameof(featureTaps)))];
        var taps = new ModuleTaps(module, globalTap is null ? named : [.. named, (globalTap, nameof(globalTap))]);
        return new EncoderAdapter(
            module,
            input =>
            {
                (Tensor output, Dictionary<string, Tensor> kept) = taps.Run(input);
                Tensor local = kept[localTap], global = globalTap is null ? Fresh(output, input) : kept[globalTap];
                return new EncoderOutput(
                    Map(local, nameof(localTap)), Global(global, local), (featureTaps ?? []).Distinct(StringComparer.Ordinal).ToDictionary(
                        tap => tap, tap => kept[tap]));
            },
            inputShape,
            takesIndices);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => _inputShape;

    /// <inheritdoc/>
    public override bool TakesIndices { get; }

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input) => _encode(input);

    /// <summary>A new handle where a module (an identity) returns its input, so that disposing one leaves the other.</summary>
    private static Tensor Fresh(Tensor output, Tensor input) => ReferenceEquals(output, input) ? output.alias() : output;

    private static LocalFeatureMap Map(Tensor values, string name) => values.dim() >= 3
        ? new LocalFeatureMap(values)
        : throw new ArgumentException(
            $"Expected the local module to give a feature map [N, C, *spatial], got {TensorGuard.Describe(values)}.", name);

    private static Tensor Global(Tensor global, Tensor local) => global.dim() is 2 or 3
        ? global
        : throw new ArgumentException(
            $"Expected the global module to give vectors [N, D] from the feature map {TensorGuard.Shape(local.shape)}, got " +
                $"{TensorGuard.Describe(global)}; flatten or pool before it.", nameof(global));
}
