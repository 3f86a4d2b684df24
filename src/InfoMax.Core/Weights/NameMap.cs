using System.Text.RegularExpressions;

namespace InfoMax.Weights;

/// <summary>
/// Maps the names of a module's parameters and buffers to those of another framework's file. A map is a list of rules; each method returns
/// a new map with one more rule, which is tried first.
/// </summary>
/// <remarks>
/// The first rule whose pattern matches a name is applied, and no other; a name without a rule is equal on both sides. Patterns are .NET
/// regular expressions without look-around and back-references; matching does not backtrack, since names in a file are untrusted.
/// </remarks>
public sealed class NameMap
{
    private readonly (Regex Pattern, string? Replacement)[] _rules;
    private readonly Regex[] _ignored;
    private readonly string _prefix;

    private NameMap((Regex Pattern, string? Replacement)[] rules, Regex[] ignored, string prefix)
    {
        _rules = rules;
        _ignored = ignored;
        _prefix = prefix;
    }

    /// <summary>Equal names on both sides.</summary>
    public static NameMap Identity { get; } = new([], [], "");

    /// <summary>
    /// The names of torchvision's ResNet-18, 34 and 50 for encoders such as <c>EncoderDescription.ResNet18</c>: "layer1.0.conv1.weight" for
    /// "basic_1.0.body.conv_1.weight". The classifier "fc" is ignored; the global layer, which replaces it, keeps its weights.
    /// </summary>
    public static NameMap TorchvisionResNet { get; } = Identity
        .Replace(@"^conv_1\.conv\.", "conv1.")
        .Replace(@"^conv_1\.norm\.", "bn1.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.body\.conv_([1-3])\.", "layer$1.$2.conv$3.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.body\.norm_([1-3])\.", "layer$1.$2.bn$3.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.shortcut\.conv\.", "layer$1.$2.downsample.0.")
        .Replace(@"^(?:basic|bottleneck)_([1-4])\.([0-9]+)\.shortcut\.norm\.", "layer$1.$2.downsample.1.")
        .Keep(@"^global_1\.")
        .Ignore(@"^fc\.");

    /// <summary>
    /// The names of the paper's reference code (since April 2019) for networks of convolutions and hidden layers:
    /// "layers.layer0.conv.weight" for "conv_1.conv.weight". For <c>PaperBasic28x28</c> (2 and 1), <c>PaperBasic32x32</c> (3 and 1),
    /// <c>PaperBasic64x64</c> (4 and 1) and <c>PaperAlex64x64</c> (5 and 2).
    /// </summary>
    /// <remarks>
    /// The reference code saves the encoder inside another module: add <c>WithPrefix("encoder.")</c> for its files. Before April 2019 its
    /// names contain numbers of channels, and hidden layers have a bias.
    /// </remarks>
    /// <param name="convolutions">Convolutions, 1 or more.</param>
    /// <param name="hiddenLayers">Hidden linear layers, 0 or more.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static NameMap DeepInfoMaxCode(int convolutions = 3, int hiddenLayers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(convolutions, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hiddenLayers);
        NameMap map = Identity;
        for (int i = 0; i < convolutions; i++)
        {
            map = map.Replace($@"^conv_{i + 1}\.conv\.", $"layers.layer{i}.conv.").Replace(
                $@"^conv_{i + 1}\.norm\.", $"layers.layer{i}.bn.");
        }

        // The code counts the flattening as a layer.
        int first = convolutions + 1;
        for (int i = 0; i < hiddenLayers; i++)
        {
            map = map.Replace($@"^linear_{i + 1}\.linear\.", $"layers.layer{first + i}.fc.").Replace(
                $@"^linear_{i + 1}\.norm\.", $"layers.layer{first + i}.bn.");
        }

        return map.Replace(@"^global_1\.", $"layers.layer{first + hiddenLayers}.");
    }

    /// <summary>A map that replaces matches of a pattern in the module's names.</summary>
    /// <param name="pattern">A regular expression for the module's names.</param>
    /// <param name="replacement">The replacement of each match; $1 is the first group.</param>
    /// <returns>The map with this rule first.</returns>
    /// <exception cref="ArgumentException">The pattern is not a regular expression that can be matched without backtracking.</exception>
    public NameMap Replace(string pattern, string replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        return new([(Compile(pattern), replacement), .. _rules], _ignored, _prefix);
    }

    /// <summary>A map that renames one name.</summary>
    /// <param name="ours">The module's full name.</param>
    /// <param name="theirs">The file's full name, without the prefix.</param>
    /// <returns>The map with this rule first.</returns>
    public NameMap Rename(string ours, string theirs)
    {
        ArgumentException.ThrowIfNullOrEmpty(ours);
        ArgumentException.ThrowIfNullOrEmpty(theirs);
        return Replace($"^{Regex.Escape(ours)}$", theirs.Replace("$", "$$", StringComparison.Ordinal));
    }

    /// <summary>
    /// A map that leaves out some of the module's names: they keep their values when weights are loaded, and are not saved.
    /// </summary>
    /// <param name="pattern">A regular expression for the module's names.</param>
    /// <returns>The map with this rule first.</returns>
    /// <exception cref="ArgumentException">The pattern is not a regular expression that can be matched without backtracking.</exception>
    public NameMap Keep(string pattern) => new([(Compile(pattern), null), .. _rules], _ignored, _prefix);

    /// <summary>A map that ignores some of the file's names.</summary>
    /// <param name="pattern">A regular expression for the file's names, without the prefix.</param>
    /// <returns>The map with this pattern added.</returns>
    /// <exception cref="ArgumentException">The pattern is not a regular expression that can be matched without backtracking.</exception>
    public NameMap Ignore(string pattern) => new(_rules, [Compile(pattern), .. _ignored], _prefix);

    /// <summary>A map for files whose names have a prefix, such as "module." of PyTorch's <c>DataParallel</c>.</summary>
    /// <param name="prefix">The prefix; it goes before an existing prefix.</param>
    /// <returns>The map with this prefix.</returns>
    public NameMap WithPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return new(_rules, _ignored, prefix + _prefix);
    }

    /// <summary>The file's name for one of the module's.</summary>
    /// <param name="ours">A name of a module's <c>state_dict()</c>.</param>
    /// <returns>The file's name with its prefix; null if the name is left out.</returns>
    public string? Map(string ours)
    {
        ArgumentNullException.ThrowIfNull(ours);
        foreach ((Regex pattern, string? replacement) in _rules)
        {
            if (pattern.IsMatch(ours))
            {
                return replacement is null ? null : _prefix + pattern.Replace(ours, replacement);
            }
        }

        return _prefix + ours;
    }

    /// <summary>Whether a name of the file is ignored.</summary>
    /// <param name="theirs">A name in the file.</param>
    /// <returns>Whether a pattern of <see cref="Ignore"/> matches it.</returns>
    public bool Ignores(string theirs)
    {
        ArgumentNullException.ThrowIfNull(theirs);
        return theirs.StartsWith(_prefix, StringComparison.Ordinal)
            && Array.Exists(_ignored, pattern => pattern.IsMatch(theirs[_prefix.Length..]));
    }

    private static Regex Compile(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException(
                $"Expected a regular expression without look-around and back-references, got \"{pattern}\".", nameof(pattern), e);
        }
    }
}
