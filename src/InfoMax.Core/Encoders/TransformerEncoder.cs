using InfoMax.Encoders.Attention;
using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>
/// A transformer over patches of images, sequences or volumes, or over tokens. Patches or tokens are the locations of the local map. The
/// global vector is a linear function of the normalized mean over tokens or, if causal, of each token. Features: "tokens", the map after
/// the last block; "pool", the normalized mean over tokens; "global".
/// </summary>
/// <remarks>
/// <para>
/// The stem is a convolution over patches, layer normalization, GELU and a linear layer, or an embedding of tokens. Positions are added.
/// Pre-norm blocks follow: layer normalization and multi-head attention, then layer normalization and a network with GELU, each added to
/// its input.
/// </para>
/// <para>
/// The local map is the stem's output by default: see <see cref="TransformerOptions.LocalBlock"/>. Initial weights are PyTorch's defaults,
/// embeddings of tokens from N(0, 1), learned positions from N(0, 0.02²).
/// </para>
/// </remarks>
public sealed class TransformerEncoder : Encoder
{
    private const string Owner = "transformer encoder";

    private readonly TransformerOptions _options;

    [ComponentName(Name = "stem")]
    private readonly nn.Module<Tensor, Tensor> _stem;

    [ComponentName(Name = "positions")]
    private readonly Parameter? _positions;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "global")]
    private readonly Linear _global;

    /// <summary>Builds an encoder from a description.</summary>
    /// <param name="options">The description.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">Values are out of range or contradict each other; the message lists every fault.</exception>
    public TransformerEncoder(TransformerOptions options, int? seed = null)
        : base(nameof(TransformerEncoder))
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _stem = options.VocabularySize is { } vocabulary ? nn.Embedding(vocabulary, options.Width)
            : new PatchStem(options.InputShape[0], options.Patch, options.Width);
        if (options.Learns)
        {
            long count = options.Grid(options.InputShape).Aggregate(1L, (product, size) => product * size);
            _positions = new Parameter(zeros(count, options.Width));
            _positions.DetachFromDisposeScope();
        }

        _blocks = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. Enumerable.Range(0, options.BlockCount)
            .Select(
                _ => new TransformerBlock(options.Width, options.HeadCount, options.HiddenUnits ?? 4L * options.Width, options.Causal))]);
        _norm = nn.LayerNorm(options.Width);
        _global = nn.Linear(options.Width, options.GlobalUnits);
        RegisterComponents();
        Initialize(seed);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => _options.InputShape;

    /// <inheritdoc/>
    public override bool TakesIndices => _options.IsTokens;

    /// <summary>The description this encoder was built from.</summary>
    public TransformerOptions Options => _options;

    /// <inheritdoc/>
    protected override EncoderOutput Encode(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckValues(input);
        long[] grid = _options.Grid(input.shape[1..]);
        Tensor tokens = _stem.call(input), local = tokens;
        tokens = tokens.add(_positions ?? Waves.Of(grid, _options.Width, tokens.dtype, tokens.device));
        for (int block = 0; block < _blocks.Count; block++)
        {
            tokens = _blocks[block].call(tokens);
            local = block + 1 == _options.LocalBlock ? tokens : local;
        }

        // Normalizing after the mean keeps its scale for any number of tokens.
        Tensor pool = _norm.call(tokens.mean([1]));
        Tensor global = _options.Causal ? _global.call(_norm.call(tokens)).transpose(1, 2) : _global.call(pool);
        return new EncoderOutput(new LocalFeatureMap(
            Map(local, grid)), global, new Dictionary<string, Tensor> { ["tokens"] = Map(tokens, grid), ["pool"] = pool });
    }

    /// <summary>Tokens <c>[N, L, width]</c> as a map <c>[N, width, *grid]</c>, a view.</summary>
    private static Tensor Map(Tensor tokens, long[] grid) => tokens.transpose(1, 2).view([tokens.shape[0], tokens.shape[2], .. grid]);

    private void CheckValues(Tensor input)
    {
        if (!_options.IsTokens)
        {
            if (input.shape[2..].Zip(_options.Patch, (size, side) => size % side != 0).Any(uneven => uneven))
            {
                throw new ArgumentException(
                    $"Expected sizes that patches [{string.Join(", ", _options.Patch)}] divide, got {TensorGuard.Describe(input)}.",
                    nameof(input));
            }

            return;
        }

        // On a GPU, reading values would wait for the device.
        if (input.device_type == DeviceType.CPU)
        {
            (long low, long high) = (input.min().item<long>(), input.max().item<long>());
            if (low < 0 || high >= _options.VocabularySize)
            {
                throw new ArgumentException(
                    $"Expected ids of tokens from 0 to {_options.VocabularySize - 1}, got {low} to {high}.", nameof(input));
            }
        }
    }

    private void Initialize(int? seed)
    {
        using var noGrad = no_grad();
        Initialization.Reset(this, RandomStream.Of(seed, Owner)?.Of("layers"));

        using Generator generator = RandomStream.OfSeedOrGlobal(seed, Owner).Of("embeddings").Generator();
        if (_positions is not null)
        {
            Initialization.Normal(_positions, 0.02, generator);
        }

        if (seed is not null && _stem is Embedding embedding)
        {
            Initialization.Normal(embedding.weight!, 1.0, generator);
        }
    }
}
